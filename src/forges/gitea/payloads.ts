import { z } from "zod";

import { commitId } from "../shared/commit-id.ts";
import { fullName } from "../shared/full-name.ts";
import { labelsOf } from "../shared/labels.ts";

/**
 * The parts of the payloads that we use, of Gitea and Forgejo alike; everything else is left unread. Texts may be null,
 * and old servers leave members out. Source: go-gitea/gitea modules/structs; real deliveries of 1.9 to 1.25.
 */
const text = z.string().nullish();
const flag = z.boolean().nullish();

const Actor = z.object({ id: z.int(), login: z.string() });
export type Actor = z.infer<typeof Actor>;

export const Repository = z.object({ id: z.int(), full_name: fullName, default_branch: text });
export type Repository = z.infer<typeof Repository>;

const happening = { repository: Repository, sender: Actor };

const thread = {
  number: z.int().positive(),
  title: z.string(),
  body: text,
  state: z.enum(["open", "closed"]),
  labels: labelsOf(z.object({ name: z.string() })).nullish(),
  html_url: text,
  user: Actor.nullish(),
  /** All who are to do it; the one who was just added comes last. */
  assignees: z.array(Actor).nullish(),
};

export const Issue = z.object({
  ...thread,
  /** Present when it is a pull request: the two are numbered in one row. */
  pull_request: z.object({ merged: flag, merged_at: text }).nullish(),
});
export type Issue = z.infer<typeof Issue>;

/** A pull request, in payloads and in answers of the API alike. */
export const PullRequest = z.object({
  ...thread,
  /** Newer servers; the title tells on others. */
  draft: flag,
  merged: flag,
  merged_at: text,
  head: z.object({
    /** `refs/pull/NUMBER/head` where the branch was deleted, or never was one (AGit). */
    ref: z.string(),
    sha: commitId,
    /** -1 when the fork was deleted. */
    repo_id: z.int(),
    repo: z.object({ full_name: fullName }).nullish(),
  }),
  base: z.object({ ref: z.string(), repo_id: z.int() }),
});
export type PullRequest = z.infer<typeof PullRequest>;

/** What was there before an edit; a member that is there was changed. */
const Changes = z.object({
  title: z.object({ from: text }).nullish(),
  body: z.unknown().optional(),
  ref: z.unknown().optional(),
});
export type Changes = z.infer<typeof Changes>;

export const IssuesPayload = z.object({ ...happening, issue: Issue });

export const PullRequestPayload = z.object({
  ...happening,
  pull_request: PullRequest,
  changes: Changes.nullish(),
  /** The heads of an update, since Gitea 1.27. */
  before: commitId.nullish(),
  after: commitId.nullish(),
});

export const CommentPayload = z.object({
  ...happening,
  issue: Issue,
  comment: z.object({ id: z.int(), body: text, html_url: text }),
  /** Old servers tell by this alone that it is a pull request. */
  is_pull: flag,
  /** Newer servers. */
  pull_request: PullRequest.nullish(),
});

/** A review. It has no id; what was written on lines is not told. */
export const ReviewPayload = z.object({
  ...happening,
  pull_request: PullRequest.extend({ updated_at: text }),
  review: z.object({ type: z.string(), content: text }),
});

export const StatusPayload = z.object({
  ...happening,
  sha: commitId,
  state: z.string(),
  context: z.string(),
  description: text,
  target_url: text,
});

export const PushPayload = z.object({
  ...happening,
  ref: z.string(),
  before: commitId,
  after: commitId,
  /** The commit of a tag, whose `after` can be the tag object. */
  head_commit: z.object({ id: commitId }).nullish(),
});

export const RefPayload = z.object({ ...happening, ref: z.string(), ref_type: z.string() });
