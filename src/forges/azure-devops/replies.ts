import { z } from "zod";

import { Fields } from "./payloads.ts";

/** The parts of Azure DevOps's answers that we use. Source: Azure DevOps docs, "REST API reference". */
const text = z.string().nullish();

/** An answer of which nothing is needed but that it is data. */
export const Anything = z.looseObject({});

const Identity = z.object({ id: z.string(), uniqueName: text, displayName: text, descriptor: text });
/** Of another type where it is none that we ask for. */
const Property = z.object({ $value: text.catch(undefined) }).nullish();

/** Who asks. */
export const Connection = z.object({
  authenticatedUser: z.object({
    id: z.string(),
    providerDisplayName: text,
    properties: z.object({ Account: Property }).nullish(),
  }),
});

/** Accounts that were found; null stands for one that was not. */
export const Identities = z.object({
  value: z.array(
    z
      .object({
        id: z.string(),
        /** What access control lists call it. */
        descriptor: z.string(),
        isActive: z.boolean().nullish(),
        properties: z.object({ Account: Property, Domain: Property }).nullish(),
      })
      .nullable(),
  ),
});
export type Identities = z.infer<typeof Identities>;

const Entry = z.object({
  allow: z.int().nullish(),
  deny: z.int().nullish(),
  /** With what comes by groups and from above. */
  extendedInfo: z.object({ effectiveAllow: z.int().nullish(), effectiveDeny: z.int().nullish() }).nullish(),
});
export type Entry = z.infer<typeof Entry>;

export const AccessControlLists = z.object({
  value: z.array(z.object({ acesDictionary: z.record(z.string(), Entry).nullish() })),
});

/** Who belongs to a team: accounts, and groups whose own members it does not list. */
export const TeamMembers = z.object({
  value: z.array(z.object({ identity: z.object({ id: z.string(), isContainer: z.boolean().nullish() }) })),
});
export type TeamMembers = z.infer<typeof TeamMembers>;

/** Policies of a branch. What each is about its type says. */
export const Policies = z.object({
  value: z.array(
    z.object({
      isEnabled: z.boolean().nullish(),
      isBlocking: z.boolean().nullish(),
      isDeleted: z.boolean().nullish(),
      type: z.object({ id: z.string() }),
      settings: z
        .object({ buildDefinitionId: z.int().nullish(), statusGenre: text, statusName: text })
        .nullish()
        .catch(undefined),
    }),
  ),
});

export type Policies = z.infer<typeof Policies>;

/** Pipelines by name. */
export const Definitions = z.object({ value: z.array(z.object({ id: z.int(), name: z.string() })) });

export const Repository = z.object({
  id: z.string(),
  project: z.object({ id: z.string() }),
  /** Full ref; absent while the repository is empty. */
  defaultBranch: text,
});

/** A repository with the names that it has now. */
export const NamedRepository = Repository.extend({
  name: z.string(),
  project: z.object({ id: z.string(), name: z.string() }),
});

export const Project = z.object({ id: z.string() });

const PullRequestLabels = z.array(z.object({ name: text, active: z.boolean().nullish() }));
export type PullRequestLabels = z.infer<typeof PullRequestLabels>;

export const PullRequest = z.object({
  pullRequestId: z.int().positive(),
  title: z.string(),
  description: text,
  status: z.string(),
  isDraft: z.boolean().nullish(),
  sourceRefName: z.string(),
  targetRefName: z.string(),
  lastMergeSourceCommit: z.object({ commitId: text }).nullish(),
  createdBy: Identity.nullish(),
  /** Who wants it completed as soon as all policies allow. */
  autoCompleteSetBy: Identity.nullish(),
  forkSource: z
    .object({
      repository: z.object({ name: z.string(), project: z.object({ name: z.string() }).nullish() }).nullish(),
    })
    .nullish(),
  /** In lists alone. */
  labels: PullRequestLabels.nullish(),
});
export type PullRequest = z.infer<typeof PullRequest>;

/** Whom somebody asked for a review of it, who voted, and the groups of both. */
export const Reviewers = z.object({ value: z.array(z.object({ id: z.string() })) });

export const PullRequests = z.object({ value: z.array(PullRequest) });

/** The pull requests that are open, as a list shows them. */
export const OpenPullRequests = z.object({
  value: z.array(
    PullRequest.extend({
      createdBy: Identity,
      creationDate: z.string(),
      /** Of the try to merge, another one for each. */
      mergeId: text,
    }),
  ),
});
export type OpenPullRequest = z.infer<typeof OpenPullRequests>["value"][number];

/** A page of refs, with their full names. */
export const Refs = z.object({ value: z.array(z.object({ name: z.string(), objectId: z.string() })) });

/** The pushes to a pull request, oldest first. */
export const Iterations = z.object({
  value: z.array(z.object({ id: z.int(), sourceRefCommit: z.object({ commitId: text }).nullish() })),
});

export const Labels = z.object({ value: PullRequestLabels });

export const Thread = z.object({
  id: z.int(),
  isDeleted: z.boolean().nullish(),
  comments: z
    .array(
      z.object({
        id: z.int(),
        content: text,
        isDeleted: z.boolean().nullish(),
        author: z.object({ id: z.string() }).nullish(),
      }),
    )
    .nullish(),
});
export const Threads = z.object({ value: z.array(Thread) });

/** Discussions with what people say in them: `text`, beside what the forge itself notes (`system`). */
export const Discussions = z.object({
  value: z.array(
    z.object({
      id: z.int(),
      isDeleted: z.boolean().nullish(),
      comments: z
        .array(
          z.object({
            id: z.int(),
            content: text,
            isDeleted: z.boolean().nullish(),
            commentType: z.union([z.string(), z.number()]).nullish(),
            author: Identity.nullish(),
            publishedDate: z.coerce.date(),
            lastContentUpdatedDate: z.coerce.date().nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});

/** The newest comments of a work item. */
export const Remarks = z.object({
  comments: z.array(
    z.object({
      id: z.int(),
      text,
      isDeleted: z.boolean().nullish(),
      createdBy: Identity.nullish(),
      createdDate: z.coerce.date(),
      modifiedDate: z.coerce.date().nullish(),
    }),
  ),
});

export const Comment = z.object({ id: z.int() });
export const Comments = z.object({
  comments: z.array(z.object({ id: z.int(), text, createdBy: z.object({ id: z.string() }).nullish() })),
  continuationToken: text,
});

export const WorkItem = z.object({ rev: z.int(), fields: z.object({ "System.Tags": text }).nullish() });

export const WorkItemDetails = z.object({ id: z.int().positive(), fields: Fields });

/** What a query found: numbers alone. */
export const Found = z.object({ workItems: z.array(z.object({ id: z.int() })) });

/** Work items that were asked for together; null stands for one that is gone. */
export const WorkItems = z.object({
  value: z.array(
    z
      .object({
        id: z.int().positive(),
        rev: z.int(),
        fields: Fields.extend({ "System.CreatedDate": z.string(), "System.ChangedDate": z.string() }),
      })
      .nullable(),
  ),
});
export type ListedWorkItem = NonNullable<z.infer<typeof WorkItems>["value"][number]>;

const Change = z.object({ oldValue: text, newValue: text }).nullish();

/** The changes of a work item, oldest first. */
export const Updates = z.object({
  value: z.array(
    z.object({
      id: z.int(),
      revisedBy: Identity.nullish(),
      /** Of the latest one it is the year 9999. */
      revisedDate: text,
      fields: z.object({ "System.Tags": Change, "System.ChangedDate": Change }).nullish(),
    }),
  ),
});

/** Values that a person chose, by name; all are texts. */
const Inputs = z.record(z.string(), text).nullish();

/** A subscription of service hooks. */
export const Subscription = z.object({
  id: z.string(),
  /** What it tells of. */
  eventType: z.string(),
  resourceVersion: text,
  status: z.string(),
  publisherInputs: Inputs,
  /** A password reads as asterisks. */
  consumerInputs: Inputs,
});
export type Subscription = z.infer<typeof Subscription>;

export const Subscriptions = z.object({ results: z.array(Subscription).nullish() });

/** Deliveries of service hooks. */
export const Notifications = z.object({
  results: z
    .array(z.object({ id: z.int(), subscriptionId: z.string(), eventId: text, createdDate: z.string() }))
    .nullish(),
});

/** A delivery with what it told. */
export const Notification = z.object({ details: z.object({ event: Anything.nullish() }).nullish() });
