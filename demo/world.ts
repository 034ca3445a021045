import type { CheckState, ReviewState, Thread as ThreadName } from "../src/core/event.ts";
import type { Status, StatusState } from "../src/core/status.ts";
import type { HookPlace, Level } from "../src/core/webhooks.ts";
import type { GitServer } from "./git-server.ts";
import type { Told, WebhookDelivery } from "./stand-in/delivery.ts";
import type { Fault } from "./stand-in/faults.ts";
import type { Attempt, StandingHook } from "./stand-in/hooks.ts";
import type { SeenRequest } from "./stand-in/server.ts";
import type { Account, Check, Comment, Happening, Repository, Review, Thread } from "./stand-in/state.ts";

/** Who lives in every world: the names and ids of GitHub's own examples. The owner may do everything. */
export const OWNER: Account = { id: 21031067, login: "Codertocat" };
/** Somebody who may only read. */
export const STRANGER: Account = { id: 583231, login: "octocat" };
export const DEFAULT_BRANCH = "main";

export interface WorldOptions {
  /** Folder that its bare repositories are made in. */
  readonly root: string;
  /** How Forgehand proves itself where the forge knows several ways; the best of them if not said. */
  readonly as?: "app" | "token";
  /** Requests that the forge grants in an hour, where it counts them; as many as the real one if not said. */
  readonly hourlyLimit?: number;
}

/** A call of Forgehand by what it is for: the same word for every forge, whatever requests it takes there. */
export type Call = "thread" | "whoLabelled" | "permission" | "setStatus" | "comment" | "openPullRequest";

/** What a call meets: a fault of the network (see `FaultAnswer`), or a refusal in the forge's own shape. */
export type CallFault = "hang" | "reset" | "lose" | { readonly status: number; readonly message?: string };

/** A status that is shown on a commit, in the core's words. */
export interface ShownStatus extends Status {
  readonly sha: string;
}

/** What things are called where a person reads it. */
export interface Words {
  readonly forge: string;
  readonly pullRequest: string;
  /** How an issue or a pull request is named, such as `issue #1`. */
  name(thread: Thread): string;
  /** How a text says that it closes an issue. */
  closes(issue: Thread): string;
}

/** The webhooks of a forge, as its owners see them. */
export interface Hooks {
  /** All that stand there, oldest first. */
  all(): readonly StandingHook[];
  /** Where one of a level hangs. */
  place(level: Level): HookPlace;
  /** Somebody makes one by hand. */
  add(place: HookPlace, url: string): StandingHook;
  /** The forge gives up on one after failures. Absent where it never does. */
  hold?(hook: StandingHook): void;
  /** Bring something to the address of one. Undefined where it is switched off, held back or not listening to that. */
  deliver(hook: StandingHook, told: Told): Promise<Attempt | undefined>;
}

/**
 * Everything around one Forgehand at one forge: a stand-in to speak to and git repositories to work in, all of it on
 * loopback. The same for every forge: what persons do there, what webhooks tell of it, and what can be seen.
 */
export interface World {
  /** The forge's kind, and its name in the config. */
  readonly kind: string;
  readonly words: Words;
  /** Whether there are issues, and labels on them and on pull requests. Without, work begins at pull requests. */
  readonly issues: boolean;
  /** Where the stand-in answers. */
  readonly url: string;
  readonly git: GitServer;
  readonly repository: Repository;
  /** A repository of the stranger's, of which no git is made yet. */
  readonly fork: Repository;
  /** Folder of the bare repositories: `<root>/<full name>.git`. */
  readonly root: string;
  /** Path of the repository's bare repository. */
  readonly bare: string;
  /** The account that Forgehand writes as. */
  readonly self: Account;
  /** Settings of the forge for the config; secrets stand in `environment`. */
  readonly forge: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string>>;

  /** Throws where there are no issues; `changeLabels` likewise. */
  openIssue(said: { title: string; body: string; repository?: Repository }, actor?: Account): Thread;
  /** Propose what is on a branch: of the repository itself, or of the one named by `from`. */
  openPullRequest(
    said: { title: string; branch: string; draft?: boolean; from?: Repository },
    actor?: Account,
  ): Promise<Thread>;
  changeLabels(
    thread: Thread,
    change: { add?: readonly string[]; remove?: readonly string[] },
    actor?: Account,
  ): void;
  comment(thread: Thread, body: string, actor?: Account): Comment;
  /** Give a comment another text. No webhook tells of it. */
  editComment(comment: Comment, body: string): void;
  /** Write what only some people may see. Absent where everybody sees every comment. */
  internalComment?(thread: Thread, body: string, actor?: Account): Comment;
  /** Give a thread to somebody, beside those who have it; with `unassign` take it from them. */
  assign(thread: Thread, assignee: Account, actor?: Account): void;
  unassign(thread: Thread, assignee: Account, actor?: Account): void;
  /** Say something of a pull request as a whole. */
  review(thread: Thread, state: ReviewState, body: string, actor?: Account): Review;
  /** Who was asked to review a pull request. */
  reviewers(thread: Thread): readonly Account[];
  /** Something else than Forgehand ends a look at a commit of the repository. */
  check(sha: string, name: string, state: CheckState, actor?: Account): Check;
  /** How the forge calls a check of this name: another way where it has but one for a commit. */
  checkName(name: string): string;
  /** Let nothing be merged into a branch without these checks. */
  requireChecks(branch: string, names: readonly string[]): void;
  /** Make a team of people. The answer is what a config calls it. */
  team(name: string, members: readonly Account[]): string;
  /**
   * What webhooks tell as it was: which reviews, and which ends of checks. Empty where they tell none. `assigned`: of what
   * they tell whose it is, absent where of both.
   */
  readonly tells: {
    readonly reviews: readonly ReviewState[];
    readonly checks: readonly CheckState[];
    readonly assigned?: readonly ThreadName["kind"][];
  };
  /** An account of a program, where deliveries tell that it is one. */
  readonly bot?: Account;

  /** Hear of everything that happens there, Forgehand's own doings too. The answer stops it. */
  listen(listener: (happening: Happening) => void): () => void;
  /** What the forge tells webhooks of something that happened. */
  told(happening: Happening): Promise<Told>;
  readonly hooks: Hooks;
  /**
   * What webhooks leave out there: which label was changed, the head of a pull request, whom a thread was taken from, of
   * people on issues all but the login.
   */
  readonly untold: readonly ("label" | "head" | "default branch" | "unassigned" | "ids on issues")[];
  /** Prove a delivery as the forge does. The same `id` again is a redelivery. */
  sign(told: Told, id?: string): WebhookDelivery;

  /** Every status that was ever shown, oldest first: of one commit, or of all. */
  statuses(sha?: string): ShownStatus[];
  /** What a state looks like there: another one where the forge has no word of its own for it. */
  shows(state: StatusState): StatusState;
  /** Forgehand's comments on an issue or pull request. */
  comments(thread: Thread): Comment[];
  /** Every request so far, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Let the next call of this purpose meet a fault: about one issue or pull request, or about any. */
  answerNext(call: Call, fault: CallFault, thread?: Thread): Fault;
  /** How deliveries name accounts, repositories and comments. */
  readonly ids: {
    account(account: Account): string;
    repository(repository: Repository): string;
    comment(thread: Thread, comment: Comment): string;
  };
  /** Everything that Forgehand was entrusted with so far and must not show anywhere. */
  secrets(): string[];
  close(): Promise<void>;
}
