import { z } from "zod";

import { Account, PullRequest, Repository } from "./payloads.ts";

/** The parts of Bitbucket's answers that we use, beside those that payloads have as well. Source: its OpenAPI document. */
export const RepositoryDetails = z.object({
  /** Null while the repository is empty. */
  mainbranch: z.object({ name: z.string().min(1) }).nullish(),
});

export const NamedRepository = Repository.extend(RepositoryDetails.shape);

/** A pull request in a list. The account of its author may be gone. */
export const ListedPullRequest = PullRequest.extend({
  author: Account.nullish(),
  created_on: z.coerce.date(),
  /** As it is written: it goes back into a filter, and is a part of the version. */
  updated_on: z.string().refine((text) => !Number.isNaN(Date.parse(text)), "not a time"),
});
export type ListedPullRequest = z.infer<typeof ListedPullRequest>;

export const Commit = z.object({ hash: z.string() });

export const Ref = z.object({ target: z.object({ hash: z.string() }) });

export const Branch = Ref.extend({ name: z.string() });

/** A webhook. Its secret is never told, only whether it has one. */
export const Hook = z.object({
  uuid: z.string().min(1),
  url: z.string(),
  description: z.string().nullish(),
  active: z.boolean(),
  events: z.array(z.string()),
  secret_set: z.boolean().nullish(),
});
export type Hook = z.infer<typeof Hook>;

/** What a path leads to: `commit_file`, `commit_directory` and others. */
export const SourceMeta = z.object({ type: z.string() });

/** The effective permission of one account in a repository: `read`, `write`, `admin` or `none`. */
export const RepositoryPermission = z.object({
  permission: z.string(),
  user: z
    .object({ uuid: z.string(), account_id: z.string().nullish(), nickname: z.string().nullish() })
    .nullish(),
});

/** That an account belongs to a workspace. */
export const Membership = z.object({ user: z.object({ uuid: z.string() }).nullish() });

export const Created = z.object({ id: z.int() });

/** A comment in a list; deleted ones are listed too. */
export const Listed = z.object({
  id: z.int(),
  content: z.object({ raw: z.string().nullish() }).nullish(),
  user: z.object({ uuid: z.string().nullish() }).nullish(),
  deleted: z.boolean().nullish(),
});
export type Listed = z.infer<typeof Listed>;

/** A comment of a conversation. The account of its author may be gone. */
export const Said = z.object({
  id: z.int(),
  content: z.object({ raw: z.string().nullish() }).nullish(),
  user: Account.nullish().catch(undefined),
  deleted: z.boolean().nullish(),
  /** A part of a review that its author has not sent yet. */
  pending: z.boolean().nullish(),
  created_on: z.coerce.date(),
  updated_on: z.coerce.date().nullish(),
});
export type Said = z.infer<typeof Said>;
