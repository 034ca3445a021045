import { z } from "zod";

/** The parts of GitLab's answers that we use. Source: GitLab docs, "REST API resources". */
export const Account = z.object({ id: z.int(), username: z.string() });
export const Accounts = z.array(Account);

/** A token about itself. */
export const Token = z.object({ scopes: z.array(z.string()) });

export const Project = z.object({
  /** Null while the repository is empty. */
  default_branch: z.string().nullish(),
  path_with_namespace: z.string(),
  /** Whether nothing is merged before its pipeline succeeded. */
  only_allow_merge_if_pipeline_succeeds: z.boolean().nullish(),
});
export const NumberedProject = Project.extend({ id: z.int() });

export const Member = z.object({
  id: z.int(),
  /** `active`, or a word for somebody who may not do anything now. */
  state: z.string(),
  access_level: z.int(),
});

export const Labelled = z.object({ labels: z.array(z.string()) });

/** The label is null once it was deleted, the user once the account was. */
export const LabelEvents = z.array(
  z.object({
    id: z.int(),
    action: z.string(),
    created_at: z.string(),
    user: Account.nullish(),
    label: z.object({ name: z.string() }).nullish(),
  }),
);

export const Note = z.object({ id: z.int() });
export const Notes = z.array(
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    system: z.boolean().nullish(),
    author: z.object({ id: z.int() }).nullish(),
  }),
);

/** A note with who wrote it and when. Internal ones are for some people only; `confidential` before 15.3. */
export const SaidNotes = z.array(
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    system: z.boolean().nullish(),
    internal: z.boolean().nullish(),
    confidential: z.boolean().nullish(),
    author: Account.nullish(),
    created_at: z.coerce.date(),
    updated_at: z.coerce.date().nullish(),
  }),
);

export const Group = z.object({ id: z.int() });

export const Reviewed = z.object({ reviewers: z.array(Account).nullish() });

export const MergeRequest = z.object({
  iid: z.int().positive(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.enum(["opened", "closed", "locked", "merged"]),
  labels: z.array(z.string()).nullish(),
  web_url: z.string().nullish(),
  draft: z.boolean().nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  /** Null where the fork was deleted. */
  source_project_id: z.int().nullish(),
  target_project_id: z.int(),
  /** The head; filled in a moment after the merge request was opened. */
  sha: z.string().nullish(),
  author: Account.nullish(),
});
export type MergeRequest = z.infer<typeof MergeRequest>;

/** A commit. GitLab shows its statuses as jobs of pipelines. */
export const Commit = z.object({ last_pipeline: z.object({ id: z.int() }).nullish() });

export const Statuses = z.array(z.object({ status: z.string(), pipeline_id: z.int().nullish() }));

/** What lists tell of issues and merge requests beside that. */
const listed = {
  author: Account.nullish(),
  created_at: z.coerce.date(),
  updated_at: z.coerce.date(),
};

export const Issue = z.object({
  iid: z.int().positive(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.enum(["opened", "closed"]),
  labels: z.array(z.string()).nullish(),
  web_url: z.string().nullish(),
  confidential: z.boolean().nullish(),
  ...listed,
});
export const Issues = z.array(Issue);
export const MergeRequests = z.array(MergeRequest.extend(listed));

export const Branches = z.array(z.object({ name: z.string(), commit: z.object({ id: z.string() }) }));

/** A webhook, with one more member for each event that it may tell of. Old servers do not tell all of this. */
export const Hook = z.looseObject({
  id: z.int(),
  url: z.string(),
  alert_status: z.string().nullish(),
  disabled_until: z.string().nullish(),
  token_present: z.boolean().nullish(),
  signing_token_present: z.boolean().nullish(),
  custom_webhook_template: z.string().nullish(),
});
export type Hook = z.infer<typeof Hook>;
export const HookList = z.array(Hook);

/** One attempt to bring something. */
const HookEvent = z.object({
  id: z.int(),
  request_headers: z.record(z.string(), z.unknown()).nullish(),
  /** A number, or words where there was no answer. */
  response_status: z.union([z.string(), z.number()]).nullish(),
  created_at: z.coerce.date().optional(),
});
export type HookEvent = z.infer<typeof HookEvent>;
export const HookEvents = z.array(HookEvent);
