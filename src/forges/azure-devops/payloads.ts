import { z } from "zod";

import { labelsOf } from "../shared/labels.ts";

/**
 * The parts of Azure DevOps's payloads that we use; everything else is left unread. Versions of a resource differ in
 * what they leave out, and texts may be null. Source: Azure DevOps docs, "Service hooks events"; real deliveries.
 */
const text = z.string().nullish();
const flag = z.boolean().nullish();

/** A name that stands in paths: none that would lead elsewhere. */
export const Name = z.string().regex(/^(?!\.{1,2}$)[^/\\]+$/, "not a name");

const Identity = z.object({
  id: text,
  uniqueName: text,
  displayName: text,
  /** Its beginning says what kind of account it is: `aad.` and `msa.` for people, others for programs. */
  descriptor: text,
});
export type Identity = z.infer<typeof Identity>;

/** By its version, a field of a work item names a person as an object or as text: `Name <unique name>`. */
const Person = z.union([z.string(), Identity]).nullish();
export type Person = z.infer<typeof Person>;

const Link = z.object({ href: text }).nullish();

const Repository = z.object({
  name: Name,
  project: z.object({ id: Name, name: Name }),
  /** Full ref; absent while the repository is empty. */
  defaultBranch: text,
  remoteUrl: text,
});
export type Repository = z.infer<typeof Repository>;

const Reviewer = Identity.extend({
  /** True for a group, whose vote its members cast. */
  isContainer: flag,
});
export type Reviewer = z.infer<typeof Reviewer>;

export const PullRequest = z.object({
  repository: Repository,
  pullRequestId: z.int().positive(),
  status: z.string(),
  title: z.string(),
  description: text,
  isDraft: flag,
  sourceRefName: z.string(),
  targetRefName: z.string(),
  createdBy: Identity,
  reviewers: z.array(Reviewer).nullish().catch(undefined),
  /** Who completed or abandoned it; older versions leave it out. */
  closedBy: Identity.nullish(),
  /** Only there where the source is another repository; its repository is null once that is deleted. */
  forkSource: z
    .object({ repository: z.object({ name: Name, project: z.object({ name: Name }).nullish() }).nullish() })
    .nullish(),
  labels: labelsOf(z.object({ name: text, active: flag })).nullish(),
  _links: z.object({ web: Link }).nullish(),
});
export type PullRequest = z.infer<typeof PullRequest>;

export const PullRequestPayload = z.object({
  /** Of the event. */
  id: text,
  /** What happened in a sentence, which alone tells a vote from a push. Subscriptions may leave it out. */
  message: z.object({ text }).nullish().catch(undefined),
  resource: PullRequest,
});
export type PullRequestPayload = z.infer<typeof PullRequestPayload>;

/** Version 1.0 of the resource is the comment alone, and does not say which pull request it is on. */
export const CommentVersion = z.object({
  resource: z.object({ comment: z.unknown().optional(), pullRequest: z.unknown().optional() }),
});

export const Comment = z.object({
  id: z.int(),
  author: Identity,
  content: text,
  /** `text`, `system`, `codeChange`; old servers write a number or nothing. */
  commentType: z.union([z.string(), z.number()]).nullish(),
  publishedDate: text,
  lastContentUpdatedDate: text,
  isDeleted: flag,
  _links: z.object({ threads: Link }).nullish(),
});
export type Comment = z.infer<typeof Comment>;

export const CommentPayload = z.object({
  /** Of the event. */
  id: text,
  resource: z.object({ comment: Comment, pullRequest: PullRequest }),
});

/** 40 hex digits; all zeros stand for "no commit". */
const sha = z.string().regex(/^[0-9a-f]{40}$/i, "not a commit id");

export const PushPayload = z.object({
  resource: z.object({
    pushedBy: Identity,
    repository: Repository,
    refUpdates: z.array(z.object({ name: z.string(), oldObjectId: sha, newObjectId: sha })),
  }),
});

/** A build that ended, in version 2.0 of its data. Version 1.0 names neither repository nor project. */
export const BuildPayload = z.object({
  resource: z.object({
    buildNumber: text,
    /** `completed`, or what it is before. */
    status: text,
    /** `succeeded`, `partiallySucceeded`, `failed`, `canceled`. */
    result: text,
    /** Full ref: of a pull request that of its merge. */
    sourceBranch: text,
    sourceVersion: text,
    definition: z.object({ name: z.string().min(1) }),
    project: z.object({ id: Name, name: Name }),
    repository: z.object({ type: text, name: Name.nullish().catch(undefined), url: text }),
    requestedFor: Identity.nullish().catch(undefined),
    /** What it was started by; of a pull request its number, its branch and its head. */
    triggerInfo: z
      .object({ "pr.number": text, "pr.sourceBranch": text, "pr.sourceSha": text })
      .nullish()
      .catch(undefined),
    _links: z.object({ web: Link }).nullish(),
  }),
});
export type Build = z.infer<typeof BuildPayload>["resource"];

/** Whether a build is told of in version 2.0. */
export const BuildVersion = z.object({ resource: z.object({ repository: z.unknown().optional() }) });

export const Fields = z.object({
  "System.TeamProject": Name,
  "System.Title": z.string(),
  "System.State": text,
  "System.Tags": text,
  "System.Description": text,
  /** Where a bug has its text. */
  "Microsoft.VSTS.TCM.ReproSteps": text,
  "System.AssignedTo": Person,
  "System.CreatedBy": Person,
  "System.ChangedBy": Person,
  /** The comment of the save that is told of, as HTML. */
  "System.History": text,
});
export type Fields = z.infer<typeof Fields>;

const container = { resourceContainers: z.object({ project: z.object({ id: Name }).nullish() }).nullish() };
const links = { _links: z.object({ html: Link }).nullish() };

export const WorkItemPayload = z.object({
  ...container,
  resource: z.object({
    ...links,
    id: z.int().positive(),
    rev: z.int().nullish(),
    fields: Fields,
    commentVersionRef: z.object({ commentId: z.int().nullish() }).nullish(),
  }),
});
export type WorkItemPayload = z.infer<typeof WorkItemPayload>;

/** An old value is absent where there was none, a new one where it was emptied. */
const Change = z.object({ oldValue: text, newValue: text }).nullish();
const changed = z.unknown().optional();

const Changes = z.object({
  "System.Tags": Change,
  "System.State": Change,
  "System.AssignedTo": z.object({ oldValue: Person, newValue: Person }).nullish().catch(undefined),
  "System.Title": changed,
  "System.Description": changed,
  "Microsoft.VSTS.TCM.ReproSteps": changed,
});
export type Changes = z.infer<typeof Changes>;

export const UpdatePayload = z.object({
  ...container,
  resource: z.object({
    ...links,
    /** `id` is the number of the update. */
    workItemId: z.int().positive(),
    revisedBy: Identity.nullish(),
    fields: Changes.nullish(),
    /** The work item as it is after the update. */
    revision: z.object({ fields: Fields }),
  }),
});
