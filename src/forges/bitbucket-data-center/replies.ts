import { z } from "zod";

import { PullRequest } from "./payloads.ts";

/** The parts of Bitbucket's answers that we use. Source: Atlassian's description of the REST API, release 9.4. */
const User = z.object({
  id: z.int(),
  name: z.string(),
  /** `SERVICE` for the account of a project's or repository's token. */
  type: z.string().nullish(),
});

/** Where the next page begins: null on the last one. It is not start and limit added up, since entries are left out. */
const page = { isLastPage: z.boolean().nullish(), nextPageStart: z.int().nullish() };

export const Users = z.object({ ...page, values: z.array(User) });

export const PullRequests = z.object({ ...page, values: z.array(PullRequest) });

/** `version` counts edits: an edit must name the one that it is based on. */
export const Comment = z.object({
  id: z.int(),
  version: z.int(),
  text: z.string().nullish(),
  author: z.object({ name: z.string() }).nullish(),
});
export type Comment = z.infer<typeof Comment>;

export const Activities = z.object({
  ...page,
  values: z.array(z.object({ action: z.string().nullish(), comment: Comment.nullish().catch(undefined) })),
});

/** Empty where there is no commit yet. */
export const DefaultBranch = z.object({ displayId: z.string().min(1) });

/** A refused pull request that is there already names the other one. */
export const Existing = z.object({
  errors: z.array(z.object({ existingPullRequest: PullRequest.optional().catch(undefined) })),
});

/** Something was done: no body, or one that tells nothing that we need. */
export const Done = z.union([z.undefined(), z.looseObject({})]);
