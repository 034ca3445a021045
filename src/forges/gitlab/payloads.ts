import { z } from "zod";

import { commitId } from "../shared/commit-id.ts";
import { fullName } from "../shared/full-name.ts";
import { labelsOf } from "../shared/labels.ts";

/**
 * The parts of GitLab's payloads that we use; everything else is left unread. Texts may be null, and old servers leave
 * members out. Source: GitLab docs, "Webhook events" and "System hooks"; real deliveries.
 */
const text = z.string().nullish();
const flag = z.boolean().nullish();

/** GitLab before 13 names no id. */
const User = z.object({ id: z.int().nullish(), username: z.string().min(1) });
export type User = z.infer<typeof User>;

const Users = z.array(User).nullish();

/** Somebody who is to review, with how far they are: in the words of GitLab's reviewers. */
const Reviewer = User.extend({ state: text });
const Reviewers = z.array(Reviewer).nullish();
export type Reviewer = z.infer<typeof Reviewer>;

/** GitLab writes this change as an object, or as the two lists alone. */
const ReviewerChange = z.union([
  z.object({ previous: Reviewers, current: Reviewers }),
  z.tuple([Reviewers, Reviewers]).transform(([previous, current]) => ({ previous, current })),
]);

const Label = z.object({ id: z.int(), title: z.string() });
export type Label = z.infer<typeof Label>;
const Labels = labelsOf(Label).nullish();

const Change = z.object({ previous: text, current: text }).nullish();

/** What an update changed; a member that is there was changed. */
const Changes = z
  .object({
    labels: z.object({ previous: Labels, current: Labels }).nullish(),
    assignees: z.object({ previous: Users, current: Users }).nullish(),
    // Nothing else of an update depends on it, and servers differ in how they write it.
    reviewers: ReviewerChange.nullish().catch(undefined),
    title: Change,
    description: Change,
    target_branch: Change,
    draft: z.object({ current: flag }).nullish(),
  })
  .nullish();
export type Changes = z.infer<typeof Changes>;

/** Where it happened. System hooks leave the project's id out in places: then it stands elsewhere. */
export const Place = z.object({
  project: z.object({ id: z.int().nullish(), path_with_namespace: fullName, default_branch: text }),
  project_id: z.int().nullish(),
  object_attributes: z
    .object({ project_id: z.int().nullish(), target_project_id: z.int().nullish() })
    .nullish(),
});
export type Place = z.infer<typeof Place>;

const thread = {
  iid: z.int().positive(),
  title: z.string(),
  description: text,
  url: text,
  labels: Labels,
  /** The author has no login here: it stands elsewhere in the payload, if at all. */
  author_id: z.int().nullish(),
};

const Issue = z.object({ ...thread, state: z.enum(["opened", "closed"]), confidential: flag });
export type Issue = z.infer<typeof Issue>;

const Side = z.object({ path_with_namespace: fullName.nullish() }).nullish();

const MergeRequest = z.object({
  ...thread,
  /** `locked` while it is being merged. */
  state: z.enum(["opened", "closed", "locked", "merged"]),
  /** Since 14.0; `work_in_progress` before. */
  draft: flag,
  work_in_progress: flag,
  /** Old servers leave branches and projects out of an update. */
  source_branch: text,
  target_branch: text,
  /** Null where the fork was deleted. */
  source_project_id: z.int().nullish(),
  target_project_id: z.int().nullish(),
  source: Side,
  target: Side,
  last_commit: z.object({ id: commitId }).nullish(),
});
export type MergeRequest = z.infer<typeof MergeRequest>;

export const IssuePayload = z.object({
  event_type: text,
  user: User,
  object_attributes: Issue,
  labels: Labels,
  assignees: Users,
  changes: Changes,
});

export const MergeRequestPayload = z.object({
  user: User,
  object_attributes: MergeRequest.extend({
    oldrev: commitId.nullish(),
    /** When it was done, since 18.10; when it was changed last, before. */
    actioned_at: text,
    updated_at: text,
  }),
  labels: Labels,
  assignees: Users,
  reviewers: Reviewers,
  changes: Changes,
});
export type MergeRequestPayload = z.infer<typeof MergeRequestPayload>;

/** What tells whether a note is one that we read, before anything else of it is asked for. */
export const NoteKind = z.object({
  object_attributes: z.object({
    noteable_type: z.string(),
    system: flag,
    /** Since 16.11. */
    action: text,
    created_at: text,
    updated_at: text,
  }),
});
export type NoteKind = z.infer<typeof NoteKind>;

const Note = z.object({ id: z.int(), note: text, url: text, internal: flag, confidential: flag });
export type Note = z.infer<typeof Note>;

export const IssueNotePayload = z.object({
  event_type: text,
  user: User,
  object_attributes: Note,
  issue: Issue,
});

export const MergeRequestNotePayload = z.object({
  event_type: text,
  user: User,
  object_attributes: Note,
  merge_request: MergeRequest,
});

/** A pipeline. Its jobs are those that GitLab itself runs: no statuses from outside, and no pipelines below it. */
export const PipelinePayload = z.object({
  /** Null where nobody started it. */
  user: User.nullish(),
  object_attributes: z.object({
    id: z.int(),
    ref: text,
    tag: flag,
    sha: commitId,
    /** Why there is one; `external` where it holds nothing but statuses from outside. */
    source: text,
    status: z.string(),
    url: text,
  }),
  merge_request: z
    .object({
      source_branch: text,
      source_project_id: z.int().nullish(),
      target_project_id: z.int().nullish(),
    })
    .nullish(),
  builds: z.array(z.object({ name: z.string(), status: z.string(), allow_failure: flag })).nullish(),
});

export const PushPayload = z.object({
  user_id: z.int(),
  /** System hooks of old servers have the display name alone. */
  user_username: text,
  user_name: text,
  ref: z.string(),
  before: commitId,
  after: commitId,
  /** The commit of an annotated tag, whose `after` is the tag object. */
  checkout_sha: commitId.nullish(),
});

/** What happened to an issue or a merge request; old servers leave the action out of test deliveries. */
export const ActionPayload = z.object({
  object_attributes: z.object({
    action: text,
    /** True where GitLab itself did it, as a side effect of something else. */
    system: flag,
  }),
});
