import { z } from "zod";

/**
 * The parts of Bitbucket's payloads that we use; everything else is left unread. Texts may be null, and what was
 * deleted is null as a whole. Source: Bitbucket Cloud docs, "Event payloads"; real deliveries.
 */
const text = z.string().nullish();

/** 40 hex digits, 64 in a repository of SHA-256. Pull requests have 12, which name no commit for good. */
const FULL_HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const sha = z.string().regex(FULL_HASH, "not a whole commit id");

export function isFullHash(hash: string): boolean {
  return FULL_HASH.test(hash);
}

/** A user, team or app. Every one has a UUID; apps and old users lack the rest in places. */
export const Account = z.object({
  uuid: z.string().min(1),
  /** `user`, `team`, or `app_user` for an account that belongs to a program. */
  type: text,
  nickname: text,
  display_name: text,
  /** Until 2019; somebody else can have it by now. */
  username: text,
});
export type Account = z.infer<typeof Account>;

/** One that is told beside; nobody where it is null, and where an old payload names it in another way. */
const Somebody = Account.nullish().catch(undefined);

/** `name` is a display name and not asked for. */
export const Repository = z.object({
  uuid: z.string().min(1),
  full_name: z.string().regex(/^[^/]+\/[^/]+$/, "not workspace and name"),
});
export type Repository = z.infer<typeof Repository>;

const Links = z.object({ html: z.object({ href: text }).nullish() }).nullish();

const Side = z.object({
  branch: z.object({ name: z.string() }),
  /** Null where the branch is gone. */
  commit: z.object({ hash: z.string() }).nullish(),
  /** Null where the fork was deleted. */
  repository: Repository.nullish(),
});

/** A pull request, in payloads and in answers of the API alike. */
export const PullRequest = z.object({
  id: z.int().positive(),
  title: z.string(),
  description: text,
  /** `OPEN`, `MERGED`, `DECLINED`, `SUPERSEDED`. */
  state: z.string(),
  draft: z.boolean().nullish(),
  author: Somebody,
  /** Whom somebody asked for a review; lists leave them out. */
  reviewers: z.array(Account).nullish().catch(undefined),
  source: Side,
  destination: Side,
  /** ISO 8601. */
  updated_on: text,
  links: Links,
});
export type PullRequest = z.infer<typeof PullRequest>;

export const Issue = z.object({
  id: z.int().positive(),
  title: z.string(),
  content: z.object({ raw: text }).nullish(),
  /** `new`, `open`, `on hold`, `resolved`, `invalid`, `duplicate`, `wontfix`, `closed`. */
  state: z.string(),
  reporter: Somebody,
  assignee: Somebody,
  links: Links,
});
export type Issue = z.infer<typeof Issue>;

const Comment = z.object({
  id: z.int(),
  content: z.object({ raw: text }).nullish(),
  deleted: z.boolean().nullish(),
  /** A part of a review that its author has not sent yet. */
  pending: z.boolean().nullish(),
  links: Links,
});
export type Comment = z.infer<typeof Comment>;

const happening = { actor: Account, repository: Repository };

export const PullRequestPayload = z.object({ ...happening, pullrequest: PullRequest });

export const PullRequestCommentPayload = PullRequestPayload.extend({ comment: Comment });

export const IssuePayload = z.object({ ...happening, issue: Issue });

export const IssueCommentPayload = IssuePayload.extend({ comment: Comment });

/** A review, of which no more is told than who and when. */
const Vote = z.object({ date: text }).nullish();

export const ReviewPayload = PullRequestPayload.extend({ approval: Vote, changes_request: Vote });

export const StatusPayload = z.object({
  ...happening,
  commit_status: z.object({
    /** `INPROGRESS`, `SUCCESSFUL`, `FAILED`, `STOPPED`. */
    state: z.string(),
    key: z.string(),
    name: text,
    description: text,
    /** Where a person reads it. */
    url: text,
    /** Short name of the branch that it ran for. */
    refname: text,
    commit: z.object({ hash: text }).nullish(),
    /** Ends in the commit's id, which old payloads tell in no other place. */
    links: z.object({ commit: z.object({ href: text }).nullish() }).nullish(),
  }),
});
export type CommitStatus = z.infer<typeof StatusPayload>["commit_status"];

const Change = z.object({ old: z.unknown(), new: z.unknown() }).partial().nullish();

/** What an update changed, by field. Its comment is there without a text where nothing was said. */
export const IssueUpdatePayload = IssuePayload.extend({
  changes: z
    .object({
      status: Change,
      state: Change,
      title: Change,
      content: Change,
      assignee: Change,
      /** The assignee, as old payloads call it. */
      responsible: Change,
    })
    .partial()
    .nullish(),
  comment: Comment.nullish(),
});
export type IssueUpdate = z.infer<typeof IssueUpdatePayload>;

/** A ref on one side of a change: `branch`, `tag` or `annotated_tag`, and the words of Mercurial before. */
const Ref = z.object({ type: z.string(), name: z.string(), target: z.object({ hash: sha }).nullish() });
export type Ref = z.infer<typeof Ref>;

const RefChange = z.object({ old: Ref.nullish(), new: Ref.nullish() });
export type RefChange = z.infer<typeof RefChange>;

export const PushPayload = z.object({
  ...happening,
  push: z.object({ changes: z.array(RefChange) }),
});
