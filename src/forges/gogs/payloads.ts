import { z } from "zod";

import { commitId } from "../shared/commit-id.ts";
import { fullName } from "../shared/full-name.ts";
import { labelsOf } from "../shared/labels.ts";

/**
 * The parts of Gogs' payloads that we use; everything else is left unread. Texts may be null, and old servers leave
 * members out. Source: gogs/gogs internal/route/api/v1/types; real deliveries of 0.11 and later.
 */
const text = z.string().nullish();
const flag = z.boolean().nullish();

/** `login` says the same as `username`; very old servers have but one of them. */
const Account = z
  .object({ id: z.int(), login: text, username: text })
  .transform(({ id, login, username }) => ({ id, login: login ?? username ?? "" }))
  .refine(({ login }) => login !== "", "neither login nor username");
export type Account = z.infer<typeof Account>;

export const Repository = z.object({
  id: z.int(),
  full_name: fullName,
  default_branch: text,
  /** Where people open it. */
  html_url: text,
});
export type Repository = z.infer<typeof Repository>;

const happening = { repository: Repository, sender: Account };

const thread = {
  number: z.int().positive(),
  title: z.string(),
  body: text,
  state: z.enum(["open", "closed"]),
  labels: labelsOf(z.object({ name: z.string() })).nullish(),
  user: Account.nullish(),
  /** The one who is to do it: Gogs knows no second. */
  assignee: Account.nullish(),
};

/** An issue, in payloads and in answers of the API alike. */
export const Issue = z.object({
  ...thread,
  /** Present when it is a pull request: Gogs numbers both in one row. */
  pull_request: z.object({ merged: flag, merged_at: text }).nullish(),
});
export type Issue = z.infer<typeof Issue>;

const Side = z.object({ id: z.int(), full_name: z.string() });
export type Side = z.infer<typeof Side>;

/** A pull request, which names no commit. */
const PullRequest = z.object({
  ...thread,
  html_url: text,
  merged: flag,
  merged_at: text,
  head_branch: z.string(),
  /** Of id 0 and without a full name where the fork was deleted. */
  head_repo: Side.nullish(),
  base_branch: z.string(),
  base_repo: Side,
});
export type PullRequest = z.infer<typeof PullRequest>;

export const IssuesPayload = z.object({ ...happening, issue: Issue });

export const PullRequestPayload = z.object({ ...happening, pull_request: PullRequest });

export const CommentPayload = z.object({
  ...happening,
  issue: Issue,
  comment: z.object({ id: z.int(), body: text, html_url: text }),
});

export const PushPayload = z.object({ ...happening, ref: z.string(), before: commitId, after: commitId });

export const RefPayload = z.object({
  ...happening,
  /** The short name. */
  ref: z.string().min(1),
  ref_type: z.string(),
  /** The commit of a tag that was set; empty for a branch, and left out by old servers. */
  sha: z.union([commitId, z.literal("")]).nullish(),
});
export type RefPayload = z.infer<typeof RefPayload>;
