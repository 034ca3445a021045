/** A repository on a forge. The id is stable across rename and transfer, the full name is not. */
export interface Repo {
  readonly id: string;
  /** Owner and name as the forge writes them in a path, such as `octo/hello` or `group/sub/project`. */
  readonly fullName: string;
  readonly defaultBranch?: string;
}

/**
 * A person or machine account on a forge. Logins can be reused by somebody else; ids cannot. The id is empty where an
 * old server names the login alone: then the forge is asked who that is now.
 */
export interface Actor {
  readonly id: string;
  readonly login: string;
  /** True where the delivery or the forge says that it is a machine account. Absent says nothing. */
  readonly bot?: boolean;
}

/** Who did what only a list told of: it does not say. Nobody is asked about, and may hardly ask for anything. */
export const NOBODY: Actor = { id: "", login: "" };

/** Whoever runs this Forgehand: asks by the command line, by the API or by a schedule of the config. */
export const OPERATOR: Actor = { id: "@operator", login: "the operator" };

/** Whether somebody is the operator. No account of a forge has that id: theirs are numbers, UUIDs or keys. */
export function isOperator({ id }: Actor): boolean {
  return id === OPERATOR.id;
}

export function isNobody({ id, login }: Actor): boolean {
  return id === "" && login === "";
}

/** An account as a person reads it. */
export function actorName(actor: Actor): string {
  return isNobody(actor) ? "nobody known" : actor.login;
}

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  /** Names of all labels that the issue had when the delivery was made. */
  readonly labels: readonly string[];
  /** Where a person reads it. Shown, never called. */
  readonly url?: string;
  /** Who wrote it, where the delivery says so. */
  readonly author?: Actor;
}

/** A pull request, as far as an event tells of it: a comment of GitHub does not name branches and head. */
export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed" | "merged";
  readonly labels: readonly string[];
  readonly url?: string;
  /** Where the change comes from. `repo` is null where the fork is gone. Absent: the event did not say. */
  readonly source?: { readonly branch: string; readonly repo: string | null };
  readonly target?: { readonly branch: string };
  readonly headSha?: string;
  /** True when the source is another repository, or one that is gone: someone else's code. */
  readonly fork?: boolean;
  readonly draft?: boolean;
  /** Who opened it, where the delivery says so. */
  readonly author?: Actor;
}

/**
 * An issue or a pull request, by the number that people see. Some forges count both in one row, others each in a row of
 * its own (GitLab, Bitbucket, Azure DevOps): a number alone names nothing.
 */
export interface Thread {
  readonly kind: "issue" | "pull_request";
  readonly number: number;
}

interface Happening {
  readonly repo: Repo;
  /** Who did it, as the delivery says. Proves nothing: `match` asks the forge for the permission. */
  readonly actor: Actor;
  /** True when only some people may see it: a confidential issue, an internal note. */
  readonly confidential?: boolean;
}

export type IssueAction =
  | "opened"
  | "edited"
  | "closed"
  | "reopened"
  | "labeled"
  | "unlabeled"
  | "label_updated"
  | "assigned"
  | "unassigned";

/** Something happened to an issue. `label` is the one just added or removed; one event for each, as of `assignee`. */
export interface IssueEvent extends Happening {
  readonly kind: "issue";
  readonly action: IssueAction;
  readonly issue: Issue;
  readonly label?: string;
  readonly assignee?: Actor;
}

export type PullRequestAction = IssueAction | "updated" | "ready" | "draft" | "merged";

/** Something happened to a pull request. `updated` means new commits: `before` and `after` are its heads. */
export interface PullRequestEvent extends Happening {
  readonly kind: "pull_request";
  readonly action: PullRequestAction;
  readonly pullRequest: PullRequest;
  readonly label?: string;
  readonly assignee?: Actor;
  readonly before?: string;
  readonly after?: string;
}

export type RefAction = "created" | "updated" | "deleted";

interface RefHappening extends Happening {
  readonly action: RefAction;
  /** Full name: `refs/heads/main`, `refs/tags/v1`. */
  readonly ref: string;
  /** The commit before; absent for a new ref. */
  readonly before?: string;
  /** The commit now; absent for a deleted ref, and where the forge names no commit. */
  readonly after?: string;
}

/** A branch was created, moved or deleted. */
export interface PushEvent extends RefHappening {
  readonly kind: "push";
}

/** A tag was created, moved or deleted. */
export interface TagEvent extends RefHappening {
  readonly kind: "tag";
}

/** Someone wrote a comment on an issue or a pull request: exactly one of the two is present. */
export interface CommentEvent extends Happening {
  readonly kind: "comment";
  readonly action: "created";
  readonly comment: { readonly id: string; readonly body: string; readonly url?: string };
  readonly issue?: Issue;
  readonly pullRequest?: PullRequest;
}

/** What a review says of a pull request. `commented`: neither way. */
export type ReviewState = "approved" | "changes_requested" | "commented";

/** Someone reviewed a pull request, with or without words. */
export interface ReviewEvent extends Happening {
  readonly kind: "review";
  readonly action: "submitted";
  readonly review: {
    readonly id: string;
    readonly state: ReviewState;
    readonly body: string;
    readonly url?: string;
  };
  readonly pullRequest: PullRequest;
}

/** How a check of a commit ended. `error`: it could not say. */
export type CheckState = "success" | "failure" | "error" | "cancelled";

/** A check of somebody else (a pipeline, a status) ended on a commit. */
export interface CheckEvent extends Happening {
  readonly kind: "check";
  readonly action: "completed";
  readonly check: {
    /** Its context or name, as the forge lists it. */
    readonly name: string;
    readonly state: CheckState;
    readonly sha: string;
    readonly description?: string;
    readonly url?: string;
  };
  /** The branch that it ran for, where the delivery says so. */
  readonly branch?: string;
  readonly pullRequest?: PullRequest;
}

/** The time of a schedule has come, for one repository. No forge sends this: it is a delivery of SCHEDULE_DOOR. */
export interface ScheduleEvent extends Happening {
  readonly kind: "schedule";
  readonly action: "due";
  readonly automation: string;
  /** The time that it was due at, ISO 8601 in UTC. */
  readonly at: string;
}

/** The operator starts an automation by hand, on a thread, a ref or the default branch: a delivery of MANUAL_DOOR. */
export interface ManualEvent extends Happening {
  readonly kind: "manual";
  readonly action: "started";
  readonly automation: string;
  /** Makes it one run however often it is told. */
  readonly id: string;
  readonly issue?: Issue;
  readonly pullRequest?: PullRequest;
  readonly ref?: string;
  readonly after?: string;
  /** Plain facts for the command: variables `FORGEHAND_INPUT_<NAME>`. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/** The normalised happening: the same words for all forges. */
export type ForgeEvent =
  | IssueEvent
  | PullRequestEvent
  | PushEvent
  | TagEvent
  | CommentEvent
  | ReviewEvent
  | CheckEvent
  | ScheduleEvent
  | ManualEvent;

/** The issue or pull request that an event is about; pushes and tags have none. */
export function threadOf(event: ForgeEvent): Thread | undefined {
  const pullRequest = "pullRequest" in event ? event.pullRequest : undefined;
  if (pullRequest !== undefined) return { kind: "pull_request", number: pullRequest.number };
  const issue = "issue" in event ? event.issue : undefined;
  return issue && { kind: "issue", number: issue.number };
}

/** What a person calls it: `issue #5`, `pull request #7`. */
export function threadName({ kind, number }: Thread): string {
  return `${kind === "issue" ? "issue" : "pull request"} #${number}`;
}

/** A thread as text: a part of keys, and a column of the store. */
export function threadKey({ kind, number }: Thread): string {
  return `${kind} ${number}`;
}

/** The thread that `threadKey` wrote. */
export function readThread(key: string): Thread {
  const [kind, number] = key.split(" ");
  return { kind: kind === "issue" ? "issue" : "pull_request", number: Number(number) };
}

/** The commit that an event is about, where the delivery named it. */
export function shaOf(event: ForgeEvent): string | undefined {
  switch (event.kind) {
    case "pull_request":
      return event.pullRequest.headSha;
    case "review":
    case "comment":
      return event.pullRequest?.headSha;
    case "check":
      return event.check.sha;
    case "push":
    case "tag":
      return event.after;
    case "manual":
      return event.pullRequest?.headSha ?? event.after;
    case "issue":
    case "schedule":
      return undefined;
  }
}

/** Labels are compared as forges do: without regard to case. */
export function sameLabel(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
