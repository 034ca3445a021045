import { z } from "zod";

/** The parts of Bitbucket's answers that we use, beside those that payloads have as well. Source: its OpenAPI document. */
export const RepositoryDetails = z.object({
  /** Null while the repository is empty. */
  mainbranch: z.object({ name: z.string().min(1) }).nullish(),
});

export const Commit = z.object({ hash: z.string() });

export const Ref = z.object({ target: z.object({ hash: z.string() }) });

/** What a path leads to: `commit_file`, `commit_directory` and others. */
export const SourceMeta = z.object({ type: z.string() });

/** The effective permission of one account in a repository: `read`, `write`, `admin` or `none`. */
export const RepositoryPermission = z.object({
  permission: z.string(),
  user: z.object({ uuid: z.string() }).nullish(),
});

export const Created = z.object({ id: z.int() });

/** A comment in a list; deleted ones are listed too. */
export const Listed = z.object({
  id: z.int(),
  content: z.object({ raw: z.string().nullish() }).nullish(),
  user: z.object({ uuid: z.string().nullish() }).nullish(),
  deleted: z.boolean().nullish(),
});
export type Listed = z.infer<typeof Listed>;
