import { z } from "zod";

/** What every adapter must answer, whatever it was sent: `core/event.ts` and `core/delivery.ts`, held against data. */
const text = z.string();
const some = text.min(1);
const sha = text.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

const Actor = z.strictObject({ id: text, login: text, bot: z.literal(true).optional() });

const happening = {
  repo: z.strictObject({ id: some, fullName: some, defaultBranch: some.optional() }),
  actor: Actor,
  confidential: z.boolean().optional(),
};

const thread = {
  number: z.int().positive(),
  title: text,
  body: text,
  labels: z.array(text),
  url: some.optional(),
  author: Actor.optional(),
};
const Issue = z.strictObject({ ...thread, state: z.enum(["open", "closed"]) });
const PullRequest = z.strictObject({
  ...thread,
  state: z.enum(["open", "closed", "merged"]),
  source: z.strictObject({ branch: text, repo: some.nullable() }).optional(),
  target: z.strictObject({ branch: text }).optional(),
  headSha: sha.optional(),
  fork: z.boolean().optional(),
  draft: z.boolean().optional(),
});

const ISSUE_ACTIONS = [
  "opened",
  "edited",
  "closed",
  "reopened",
  "labeled",
  "unlabeled",
  "label_updated",
  "assigned",
  "unassigned",
] as const;

/** Somebody is named by what is about somebody, and by nothing else. */
const namesAssignee = ({ action, assignee }: { action: string; assignee?: unknown }) =>
  ["assigned", "unassigned"].includes(action) === (assignee !== undefined);
const unnamed = { error: "an assignment names who, and nothing else does" };

const ref = {
  ...happening,
  action: z.enum(["created", "updated", "deleted"]),
  ref: text.startsWith("refs/"),
  before: sha.optional(),
  after: sha.optional(),
};

const Event = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("issue"),
      ...happening,
      action: z.enum(ISSUE_ACTIONS),
      issue: Issue,
      label: text.optional(),
      assignee: Actor.optional(),
    })
    .refine(namesAssignee, unnamed),
  z
    .strictObject({
      kind: z.literal("pull_request"),
      ...happening,
      action: z.enum([...ISSUE_ACTIONS, "updated", "ready", "draft", "merged"]),
      pullRequest: PullRequest,
      label: text.optional(),
      assignee: Actor.optional(),
      before: sha.optional(),
      after: sha.optional(),
    })
    .refine(namesAssignee, unnamed),
  z.strictObject({ kind: z.literal("push"), ...ref }),
  z.strictObject({ kind: z.literal("tag"), ...ref }),
  z
    .strictObject({
      kind: z.literal("comment"),
      ...happening,
      action: z.literal("created"),
      comment: z.strictObject({ id: some, body: text, url: some.optional() }),
      issue: Issue.optional(),
      pullRequest: PullRequest.optional(),
    })
    .refine((comment) => (comment.issue === undefined) !== (comment.pullRequest === undefined), {
      error: "a comment is on an issue or on a pull request",
    }),
  z.strictObject({
    kind: z.literal("review"),
    ...happening,
    action: z.literal("submitted"),
    review: z.strictObject({
      id: some,
      state: z.enum(["approved", "changes_requested", "commented"]),
      body: text,
      url: some.optional(),
    }),
    pullRequest: PullRequest,
  }),
  z.strictObject({
    kind: z.literal("check"),
    ...happening,
    action: z.literal("completed"),
    check: z.strictObject({
      name: text,
      state: z.enum(["success", "failure", "error", "cancelled"]),
      sha,
      description: some.optional(),
      url: some.optional(),
    }),
    branch: some.optional(),
    pullRequest: PullRequest.optional(),
  }),
]);

export const WellFormedReading = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("event"), events: z.array(Event).min(1) }),
  z.strictObject({ kind: z.literal("ignored"), reason: some.max(600) }),
  z.strictObject({ kind: z.literal("unreadable"), reason: some.max(600) }),
]);
