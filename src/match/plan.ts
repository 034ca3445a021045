import type { Automation } from "../core/automation.ts";
import type { DecisionStep, Match } from "../core/decision.ts";
import { doesAgentWork } from "../core/agent-work.ts";
import type { Actor, ForgeEvent, Thread } from "../core/event.ts";
import { threadOf } from "../core/event.ts";
import { pullRequestOf } from "../core/own-code.ts";
import type { NewRun } from "../core/run.ts";
import type { Answer, Approval, Refusal, RequestKey, ThreadPlace, Wait } from "../core/store.ts";
import type { Asked } from "./spent.ts";
import type { Wanted } from "./triggers.ts";
import { triggered } from "./triggers.ts";

/** A run to start, but for its key where a request's generation decides that. */
export type WantedRun = Omit<NewRun, "key">;

/** The request that a trigger label makes, with the forge's id of the labelling where it has one. */
export interface LabelRequest extends RequestKey {
  readonly labelling?: string;
}

/** What of an automation is looked at when a run of it is added. */
export type Rules = Pick<Automation, "concurrency" | "budget">;

/** What shall become of one match, decided before the transaction that makes it so. */
export type Plan =
  | {
      readonly kind: "nothing";
      readonly match: Match;
      readonly outcome: "dropped" | "not matched";
      readonly reason: string;
      /** The run that stands for it already. */
      readonly run?: number;
      /** Where the answer is to be taken back that the comment gave before. */
      readonly ends?: ThreadPlace;
    }
  /** `remember absence`: the label of a request that there is not yet is not on it, so that it will be new. */
  | {
      readonly kind: "close request" | "remember absence";
      readonly match: Match;
      readonly request: RequestKey;
    }
  | {
      readonly kind: "refuse";
      readonly match: Match;
      readonly refusal: Refusal;
      readonly request?: LabelRequest;
    }
  | {
      readonly kind: "start";
      readonly match: Match;
      readonly run: WantedRun;
      /**
       * The key that makes it one run; for a request the generation makes it, be it a new one or, `refused`, one that was
       * refused and that somebody with the right approves.
       */
      readonly cause:
        { readonly key: string } | { readonly request: LabelRequest } | { readonly refused: LabelRequest };
      /** Whether this run ends older runs of the automation on the same pull request, or of pushes of the same ref. */
      readonly cancelsOlder: boolean;
      /**
       * The newest run there that was known when this one was found to be of a newer commit, 0 for none. Where another one
       * has come since, it is looked at again.
       */
      readonly seen?: number;
      readonly rules: Rules;
      readonly asked?: Asked;
      /** Whether it has to wait for, or give way to, an active run on the same issue. */
      readonly alone: boolean;
      /** Where no run of the automation may be active: it waits until none is. */
      readonly after?: readonly Thread[];
    }
  | {
      readonly kind: "retry";
      readonly match: Match;
      readonly run: NewRun;
      readonly reason: string;
      readonly rules: Rules;
      readonly asked?: Asked;
      /** Where the answer is to be taken back that the comment gave before. */
      readonly ends?: ThreadPlace;
    }
  /** Nothing is started until somebody approves the head of a fork. */
  | { readonly kind: "wait"; readonly match: Match; readonly wait: Wait }
  | { readonly kind: "approve"; readonly match: Match; readonly approval: Approval }
  | {
      readonly kind: "cancel";
      readonly match: Match;
      /** The runs that were under way when it was asked for. */
      readonly runs: readonly number[];
      /** Why, as their reason. */
      readonly why: string;
      readonly place: ThreadPlace;
      /** The request of the label that is gone. */
      readonly closes?: RequestKey;
    }
  | {
      /** `pause`: the runs are held back; `resume`: those that are go on from the beginning. */
      readonly kind: "pause" | "resume";
      readonly match: Match;
      readonly runs: readonly number[];
      readonly why: string;
      readonly place: ThreadPlace;
    }
  | {
      /** Nothing follows by itself on a run any more, which its comment tells. */
      readonly kind: "end chain";
      readonly match: Match;
      readonly run: number;
      /** What would have been followed. */
      readonly what: string;
      /** What is said once. */
      readonly said: string;
    }
  /** `once`: not where somebody on this issue or pull request was answered so before. */
  | { readonly kind: "answer"; readonly match: Match; readonly answer: Answer; readonly once: boolean };

/** A plan, and how it was come to. */
export interface Planned {
  readonly plan: Plan;
  readonly steps: readonly DecisionStep[];
}

/** Why a plan is as it is, in a sentence. */
export function reasonOf(plan: Plan): string {
  return plan.kind === "nothing" ? plan.reason : plan.match.reason;
}

/** Makes the name of a concurrency group of its template and the run that it is for. */
export type GroupOf = (template: string, run: WantedRun) => string;

/** The run that an automation makes of an event. */
export function wantedRun(
  event: ForgeEvent,
  automation: Automation,
  cause: {
    forge: string;
    delivery: string;
    actor: Actor;
    depth: number;
    label?: string;
    sha?: string;
    ref?: string;
    groupOf: GroupOf;
    /** The run that it goes on from. */
    follows?: number;
  },
): WantedRun {
  const thread = threadOf(event);
  const run: WantedRun = {
    automation: automation.name,
    forge: cause.forge,
    delivery: cause.delivery,
    event,
    repo: event.repo,
    actor: cause.actor,
    thread,
    sha: cause.sha,
    ref: cause.ref,
    publishes: automation.workspace === "clone" && publishes(event, automation, cause.label),
    context: automation.context,
    label: cause.label,
    comments: automation.comment,
    depth: cause.depth,
    ...(automation.tags.length > 0 && { tags: automation.tags }),
    ...(automation.written !== undefined && { written: automation.written }),
    ...(cause.follows === undefined ? {} : { follows: cause.follows }),
  };
  const { concurrency } = automation;
  return typeof concurrency === "object" ? { ...run, group: cause.groupOf(concurrency.group, run) } : run;
}

/**
 * Whether changes become a pull request: those that an issue asked for, those that somebody asked an agent for on a pull
 * request of the repository itself, and those of the default branch that nothing but the time or the operator asked for,
 * where the automation says so. What otherwise runs on a commit only looks at it.
 */
function publishes(event: ForgeEvent, automation: Automation, label: string | undefined): boolean {
  const pullRequest = pullRequestOf(event);
  if (pullRequest !== undefined) {
    const isOurs = pullRequest.fork === false && doesAgentWork(automation);
    return isOurs && (label !== undefined || isAsked(event, automation));
  }
  if (threadOf(event) !== undefined) return true;
  const { publish } = automation;
  if (event.kind === "manual") return publish && event.ref === undefined;
  return event.kind === "schedule" && publish;
}

/** Whether an event of a pull request asks for something to be done, and does not merely tell what happened to it. */
function isAsked(event: ForgeEvent, automation: Automation): boolean {
  if (event.kind !== "pull_request") return true;
  const { wanted, ...pulled } = triggered(event, automation);
  return wanted && "by" in pulled && ASKING.has(pulled.by);
}

const ASKING: ReadonlySet<Wanted["by"]> = new Set(["mention", "assigned"]);
