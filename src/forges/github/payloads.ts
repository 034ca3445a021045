import { z } from "zod";

import { commitId } from "../shared/commit-id.ts";
import { fullName } from "../shared/full-name.ts";
import { labelsOf } from "../shared/labels.ts";

/**
 * The parts of GitHub's payloads that we use; everything else is left unread. Texts may be null, and old GitHub
 * Enterprise Servers leave members out. Source: octokit/webhooks payload schemas.
 */
const text = z.string().nullish();

/** `type` tells a person from a program (`Bot`). */
export const Actor = z.object({ id: z.int(), login: z.string(), type: text });
export type Actor = z.infer<typeof Actor>;

export const Repository = z.object({
  id: z.int(),
  full_name: fullName,
  default_branch: z.string().nullish(),
});
export type Repository = z.infer<typeof Repository>;

const Label = z.object({ name: z.string() });
const Labels = labelsOf(Label).nullish();

const happening = { repository: Repository, sender: Actor };

const thread = {
  number: z.int().positive(),
  title: z.string(),
  body: text,
  state: z.enum(["open", "closed"]),
  labels: Labels,
  html_url: text,
  /** Null once the account was deleted. */
  user: Actor.nullish(),
};

export const Issue = z.object({
  ...thread,
  /** Present when it is a pull request: GitHub numbers both in one row. */
  pull_request: z.object({ merged_at: text }).nullish(),
});
export type Issue = z.infer<typeof Issue>;

/** A pull request, in payloads and in answers of the API alike. */
export const PullRequest = z.object({
  ...thread,
  draft: z.boolean().nullish(),
  merged: z.boolean().nullish(),
  merged_at: text,
  head: z.object({
    ref: z.string(),
    sha: commitId,
    /** Null when the fork was deleted. */
    repo: z.object({ id: z.int(), full_name: fullName }).nullable(),
  }),
  base: z.object({ ref: z.string(), repo: z.object({ id: z.int(), full_name: fullName }) }),
});
export type PullRequest = z.infer<typeof PullRequest>;

/** What an action is about, beside the thread. */
const about = { label: Label.nullish(), assignee: Actor.nullish() };

export const IssuesPayload = z.object({ ...happening, ...about, issue: Issue });

export const PullRequestPayload = z.object({
  ...happening,
  ...about,
  pull_request: PullRequest,
  before: commitId.nullish(),
  after: commitId.nullish(),
});

const Comment = z.object({ id: z.int(), body: text, html_url: text });
export type Comment = z.infer<typeof Comment>;

export const CommentPayload = z.object({ ...happening, issue: Issue, comment: Comment });

export const ReviewPayload = z.object({
  ...happening,
  review: Comment.extend({ state: z.string() }),
  pull_request: PullRequest,
});

/** A comment on a line of the change. */
export const ReviewCommentPayload = z.object({ ...happening, comment: Comment, pull_request: PullRequest });

export const CheckRunPayload = z.object({
  ...happening,
  check_run: z.object({
    name: z.string(),
    head_sha: commitId,
    conclusion: text,
    html_url: text,
    output: z.object({ title: text }).nullish(),
    check_suite: z.object({ head_branch: text }).nullish(),
  }),
});

export const StatusPayload = z.object({
  ...happening,
  sha: commitId,
  state: z.string(),
  context: z.string(),
  description: text,
  target_url: text,
  /** Those that hold the commit, ten at most; the head of each is named. */
  branches: z.array(z.object({ name: z.string(), commit: z.object({ sha: z.string() }) })).nullish(),
});

export const PushPayload = z.object({ ...happening, ref: z.string(), before: commitId, after: commitId });

export const RefPayload = z.object({ ...happening, ref: z.string(), ref_type: z.string() });
