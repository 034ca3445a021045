import { z } from "zod";

import { commitId } from "../shared/commit-id.ts";
import { PullRequest, User as Person } from "./payloads.ts";

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

/** Milliseconds since 1970. */
const time = z.number().transform((milliseconds) => new Date(milliseconds));

/** A pull request in a list. `version` counts edits, but not what is pushed. */
const ListedPullRequest = PullRequest.extend({
  version: z.int(),
  createdDate: time,
  updatedDate: time,
  author: z.object({ user: Person }),
});
export type ListedPullRequest = z.infer<typeof ListedPullRequest>;

export const ListedPullRequests = z.object({ ...page, values: z.array(ListedPullRequest) });

export const Branches = z.object({
  ...page,
  values: z.array(z.object({ id: z.string().min(1), latestCommit: commitId })),
});

/** `version` counts edits: an edit must name the one that it is based on. */
export const Comment = z.object({
  id: z.int(),
  version: z.int(),
  text: z.string().nullish(),
  author: z.object({ name: z.string() }).nullish(),
});
export type Comment = z.infer<typeof Comment>;

/** A comment with its answers, which stand in it and nowhere else. */
export const Said = z.object({
  id: z.int(),
  text: z.string().nullish(),
  author: Person.nullish().catch(undefined),
  createdDate: time,
  updatedDate: time.nullish(),
  /** `OPEN`, `RESOLVED`, or `PENDING` as long as its author alone sees it. */
  state: z.string().nullish(),
  get comments() {
    return z.array(Said).nullish();
  },
});
export type Said = z.infer<typeof Said>;

/** What happened on a pull request, newest first, as far as it was said. */
export const Conversation = z.object({
  ...page,
  values: z.array(z.object({ action: z.string().nullish(), comment: Said.nullish().catch(undefined) })),
});

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

/** A call of a webhook's address, as its statistics have it. */
const Call = z.object({ finish: time }).nullish().catch(undefined);

/** How often a webhook's address was called in some days, and the latest calls of each outcome. */
const Statistics = z
  .object({
    /** Failures were answered, but not by 2xx; errors were not answered. */
    counts: z.object({ errors: z.int(), failures: z.int() }).nullish().catch(undefined),
    lastSuccess: Call,
    lastFailure: Call,
    lastError: Call,
  })
  .nullish()
  .catch(undefined);
export type Statistics = z.infer<typeof Statistics>;

/** A webhook. Its secret is not read, whether or not a version tells it. */
export const Hook = z.object({
  id: z.int(),
  name: z.string().nullish(),
  url: z.string(),
  active: z.boolean(),
  events: z.array(z.string()),
  sslVerificationRequired: z.boolean().nullish(),
  statistics: Statistics,
});
export type Hook = z.infer<typeof Hook>;

/** Some versions answer a page, others the bare list. */
export const Hooks = z.union([
  z.object({ ...page, values: z.array(Hook) }),
  z.array(Hook).transform((values) => ({ isLastPage: true, nextPageStart: null, values })),
]);

/** What came of trying an address; no response where nobody answered. */
export const Trial = z.object({
  response: z.object({ status: z.int().nullish(), statusCode: z.int().nullish() }).nullish(),
});

/** The latest call of a webhook's address that had an outcome; nothing where there is none. */
export const Invocation = z
  .object({
    id: z.union([z.string(), z.number()]).transform(String),
    event: z.string(),
    start: time,
    request: z.object({
      headers: z.record(z.string(), z.string()).nullish().catch(undefined),
      body: z.string().nullish(),
    }),
  })
  .optional();
export type Invocation = NonNullable<z.infer<typeof Invocation>>;

/** Which branches something is for: `ANY_REF`, `BRANCH`, `PATTERN`, `MODEL_BRANCH` or `MODEL_CATEGORY`. */
const RefMatcher = z.object({ id: z.string(), type: z.object({ id: z.string() }) });
export type RefMatcher = z.infer<typeof RefMatcher>;

/** Builds without which nothing is merged into some branches, by the keys of their plans. */
export const RequiredBuilds = z.object({
  ...page,
  values: z.array(z.object({ buildParentKeys: z.array(z.string()).nullish(), refMatcher: RefMatcher })),
});

const ModelBranch = z.object({ id: z.string().nullish() }).nullish();

/** The parts that branches of a repository play. */
export const BranchModel = z.object({
  development: ModelBranch,
  production: ModelBranch,
  types: z.array(z.object({ id: z.string(), prefix: z.string().nullish() })).nullish(),
});
export type BranchModel = z.infer<typeof BranchModel>;

/** Something was done: no body, or one that tells nothing that we need. */
export const Done = z.union([z.undefined(), z.looseObject({})]);
