import { z } from "zod";

import { commitId } from "../shared/commit-id.ts";

/**
 * The parts of Bitbucket's payloads that we use; everything else is left unread. Texts are left out where they are
 * empty, and links in old and in some new versions. Source: Bitbucket Data Center docs, "Event payload"; real deliveries.
 */
const text = z.string().nullish();

/** A project key or a slug: it becomes one segment of addresses, and can never climb out of it. */
const segment = z.string().regex(/^(?!~?\.{1,2}$)[^/\\?#%\s]+$/, "not a key or slug");

/** `name` is the login; the slug of the same account may be written otherwise. */
export const User = z.object({
  id: z.int(),
  name: z.string().min(1),
  /** `NORMAL`, or `SERVICE` for the account of a project's or repository's token. */
  type: text,
});
export type User = z.infer<typeof User>;

/** Somebody who has a part in a pull request; nobody where a version names them in another way. */
const Participant = z.object({ user: User }).nullish().catch(undefined);

export const Repository = z.object({ id: z.int(), slug: segment, project: z.object({ key: segment }) });
export type Repository = z.infer<typeof Repository>;

const Branch = z.object({ id: z.string().min(1) });

/** Where a person reads it; whatever else may be in there. */
const Links = z
  .object({ self: z.tuple([z.object({ href: z.string().min(1) })], z.unknown()) })
  .optional()
  .catch(undefined);

/** A pull request, in payloads and in answers of the API alike. */
export const PullRequest = z.object({
  /** Counted for each repository. */
  id: z.int().positive(),
  title: z.string(),
  description: text,
  state: z.enum(["OPEN", "MERGED", "DECLINED"]),
  /** Since 8.18. */
  draft: z.boolean().nullish(),
  author: Participant,
  reviewers: z.array(Participant).nullish().catch(undefined),
  fromRef: Branch.extend({
    latestCommit: commitId,
    /** Not there when the fork was deleted. */
    repository: Repository.nullish(),
  }),
  toRef: Branch.extend({ repository: Repository }),
  links: Links,
});
export type PullRequest = z.infer<typeof PullRequest>;

export const PullRequestPayload = z.object({
  actor: User,
  pullRequest: PullRequest,
  /** The head before, where commits are new. */
  previousFromHash: commitId.nullish(),
});

/** What was there before a person edited; each may be the same as now. */
export const ModifiedPayload = z.object({
  actor: User,
  pullRequest: PullRequest,
  previousTitle: text,
  previousDescription: text,
  previousTarget: Branch.nullish(),
  previousDraft: z.boolean().nullish(),
});
export type ModifiedPayload = z.infer<typeof ModifiedPayload>;

/** Whom somebody asked for a review, and whom no longer. */
export const ReviewersPayload = z.object({
  actor: User,
  pullRequest: PullRequest,
  addedReviewers: z.array(User).nullish(),
  removedReviewers: z.array(User).nullish(),
});

export const ReviewPayload = z.object({
  actor: User,
  pullRequest: PullRequest,
  /** When it was, to the second: a review has no number. */
  date: text,
});

export const CommentPayload = z.object({
  actor: User,
  pullRequest: PullRequest,
  comment: z.object({ id: z.int(), text }),
});

export const RefsPayload = z.object({
  actor: User,
  repository: Repository,
  changes: z.array(
    z.object({ ref: z.object({ id: z.string().min(1) }), fromHash: commitId, toHash: commitId }),
  ),
});
