import type { Usage } from "./agent.ts";
import { ForgehandError } from "./errors.ts";
import type { Actor, ForgeEvent, Repo, Thread } from "./event.ts";

export type RunState = "queued" | "running" | "paused" | "succeeded" | "failed" | "errored" | "cancelled";

/**
 * What can happen to a run. `requeue` puts it back after a fault of ours, while its command may be repeated, and for
 * another attempt. `pause` holds it back until somebody lets it `resume`: from the beginning.
 */
export type RunMove = "start" | "succeed" | "fail" | "error" | "cancel" | "requeue" | "pause" | "resume";

/** Every legal move of a run; a state without moves is final. */
export const MOVES: Readonly<Record<RunState, Readonly<Partial<Record<RunMove, RunState>>>>> = {
  queued: { start: "running", cancel: "cancelled", error: "errored", pause: "paused" },
  running: {
    start: "running",
    succeed: "succeeded",
    fail: "failed",
    error: "errored",
    cancel: "cancelled",
    requeue: "queued",
    pause: "paused",
  },
  paused: { resume: "queued", cancel: "cancelled", error: "errored" },
  succeeded: {},
  failed: {},
  errored: {},
  cancelled: {},
};

/** The state after a move. Throws RUN_MOVE_ILLEGAL for a move that the table does not know. */
export function moved(state: RunState, move: RunMove): RunState {
  const next = MOVES[state][move];
  if (next === undefined) {
    throw new ForgehandError("RUN_MOVE_ILLEGAL", `A run that is ${state} cannot ${move}.`);
  }
  return next;
}

/** Whether a run is over: nothing will change it any more. */
export function isOver(state: RunState): boolean {
  return Object.keys(MOVES[state]).length === 0;
}

/** One execution, caused by one event and one automation, as it is first written down. */
export interface NewRun {
  /** What makes it the same run when the same happening is told twice (see `match/key.ts`). */
  readonly key: string;
  readonly automation: string;
  readonly forge: string;
  /** Key of the delivery that caused it. */
  readonly delivery: string;
  readonly event: ForgeEvent;
  readonly repo: Repo;
  /** Who asked for it; for a label the one who set it. */
  readonly actor: Actor;
  /** The issue or pull request; a push has none. */
  readonly thread?: Thread;
  /** The commit to run on. Absent for an issue: the head of the default branch when it starts. */
  readonly sha?: string;
  /** Full ref name that the commit came from, where there is one. */
  readonly ref?: string;
  /** True when its changes become a branch and a pull request (a run from an issue). */
  readonly publishes: boolean;
  /** Context of its status. */
  readonly context: string;
  /** The trigger label, when a label asked for it. */
  readonly label?: string;
  /** Whether the comment of its issue or pull request tells of it. */
  readonly comments: boolean;
  /** The run that this one goes on from: a retry, or a follow-up on its pull request. */
  readonly follows?: number;
  /** Runs of one concurrency group never run beside one another, whatever automations they are of. */
  readonly group?: string;
  /** Only a worker that has all of these takes it; absent where any may. */
  readonly tags?: readonly string[];
  /** Runs that led to this one: 0 for a person's doing, one more for each follow-up. */
  readonly depth: number;
  /**
   * Its automation as the repository's own file had it when it was asked for (`Automation.written`), so that the command
   * is the one of that moment. Absent where the server's config has it.
   */
  readonly written?: string;
}

/**
 * What a queued run waits for: that no other run of its `group` goes on and none that was there before it waits, or that
 * a slot gets free, of its automation in its `repository` or of its `automation` in all.
 */
export type WaitsFor = "group" | "repository" | "automation";

/** A run as the store keeps it. */
export interface Run extends NewRun {
  /** Its number on this installation: 1, 2, 3 … */
  readonly id: number;
  readonly state: RunState;
  /** One sentence for a person: why it is in its state. Empty while there is nothing to say. */
  readonly reason: string;
  /** How many times its command was started. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  /** Written before the command starts: from here on it is repeated only where its automation allows it. */
  readonly commandStartedAt?: Date;
  readonly finishedAt?: Date;
  /** Set when somebody or something wants it to stop; says why. */
  readonly cancelRequested?: string;
  /** Set when somebody wants it to be held back while its command is under way; says why. */
  readonly pauseRequested?: string;
  /** What it was found to wait for when it was looked at last; absent while it may start. */
  readonly waitsFor?: WaitsFor;
  readonly exitCode?: number;
  /** The branch it pushes to, known before the push. */
  readonly branch?: string;
  readonly pushedSha?: string;
  readonly pullRequest?: { readonly number: number; readonly url: string };
  /** The agent that worked last. */
  readonly agent?: string;
  /** What the agent or the command said in the end, for people. */
  readonly result?: string;
  /** What the model cost, of all attempts together. */
  readonly usage?: Usage;
}

/** What a move or a step may write down beside the state. */
export type RunFacts = Partial<
  Pick<
    Run,
    | "reason"
    | "exitCode"
    | "branch"
    | "pushedSha"
    | "pullRequest"
    | "sha"
    | "cancelRequested"
    | "waitsFor"
    | "comments"
    | "agent"
    | "result"
    | "usage"
  >
> & {
  /** Null where nobody wants it to be held back any more. */
  readonly pauseRequested?: string | null;
};
