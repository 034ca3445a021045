import type { Repo, Thread } from "./event.ts";
import { readThread, threadKey } from "./event.ts";
import type { Run, RunState } from "./run.ts";

/**
 * The states of a status that a forge shows. `failure` is the command's answer (exit code, time-out); `error` is
 * ours (clone failed, worker lost). `cancelled` becomes `error` with the word where a forge has no such state.
 */
export type StatusState = "pending" | "success" | "failure" | "error" | "cancelled";

export interface Status {
  readonly state: StatusState;
  /** What the forge lists it under, such as `forgehand/test`. */
  readonly context: string;
  /** One sentence; adapters cut it to their forge's limit. */
  readonly description: string;
  /** The page of the run. Absent without a public address. */
  readonly url?: string;
}

/** A status as text: equal texts are equal statuses. */
export function writeStatus({ state, context, description, url }: Status): string {
  return JSON.stringify({ state, context, description, url });
}

/** The status that `writeStatus` wrote. */
export function readStatus(text: string): Status {
  return JSON.parse(text) as Status;
}

/** Where a status is shown: a commit of a repository, and the pull request where the forge wants to know it. */
export interface CommitPlace {
  readonly repo: Repo;
  readonly sha: string;
  /** Full ref name, where the run has one. */
  readonly ref?: string;
  readonly pullRequest?: number;
}

/**
 * A place on the forge that shows something of ours; the subject of a `report` job. It shows the newest run of that
 * place, so that an old run's late report cannot cover a newer one.
 */
export type Place =
  | {
      readonly kind: "status";
      readonly forge: string;
      readonly repo: string;
      readonly sha: string;
      readonly context: string;
    }
  | { readonly kind: "comment"; readonly forge: string; readonly repo: string; readonly thread: Thread }
  | {
      readonly kind: "labels";
      readonly forge: string;
      readonly repo: string;
      readonly thread: Thread;
      /** The trigger label that the family is named after. */
      readonly family: string;
    };

/** A place as text: its key in the store and the subject of its `report` job. */
export function placeKey(place: Place): string {
  switch (place.kind) {
    case "status":
      return JSON.stringify([place.kind, place.forge, place.repo, place.sha, place.context.toLowerCase()]);
    case "comment":
      return JSON.stringify([place.kind, place.forge, place.repo, threadKey(place.thread)]);
    case "labels":
      return JSON.stringify([
        place.kind,
        place.forge,
        place.repo,
        threadKey(place.thread),
        place.family.toLowerCase(),
      ]);
  }
}

/** The place that a key names. Keys are made by `placeKey` alone: any other text is a defect and throws. */
export function readPlace(key: string): Place {
  const [kind, forge, repo, third, fourth] = JSON.parse(key) as [string, string, string, unknown, unknown];
  switch (kind) {
    case "status":
      return { kind, forge, repo, sha: String(third), context: String(fourth) };
    case "comment":
      return { kind, forge, repo, thread: readThread(String(third)) };
    case "labels":
      return { kind, forge, repo, thread: readThread(String(third)), family: String(fourth) };
    default:
      throw new TypeError(`not the key of a place: ${key}`);
  }
}

/** The places that show a run as it is now: its comment, its labels and, once there is a commit, its status. */
export function placesOf(run: Run): Place[] {
  const { forge } = run;
  const repo = run.repo.id;
  const places: Place[] = [];
  const sha = statusSha(run);
  if (sha !== undefined) places.push({ kind: "status", forge, repo, sha, context: run.context });
  if (run.thread !== undefined) {
    if (run.comments) places.push({ kind: "comment", forge, repo, thread: run.thread });
    if (run.label !== undefined) {
      places.push({ kind: "labels", forge, repo, thread: run.thread, family: run.label });
    }
  }
  return places;
}

/** The commit that carries a run's status: the head that it pushed, else the commit that it ran on (not an issue's base). */
export function statusSha(run: Run): string | undefined {
  return run.publishes ? run.pushedSha : run.sha;
}

/** The state of a status for the state of a run. */
export const STATUS_OF: Readonly<Record<RunState, StatusState>> = {
  queued: "pending",
  running: "pending",
  paused: "pending",
  succeeded: "success",
  failed: "failure",
  errored: "error",
  cancelled: "cancelled",
};

/** Our labels beside the trigger label: its name and one of these words. */
export const LABEL_SUFFIXES = ["processing", "done", "failed", "paused", "stopped"] as const;
export type LabelSuffix = (typeof LABEL_SUFFIXES)[number];

/** The label of our family that a run's state shows; a queued run still shows the trigger label itself. */
export const LABEL_OF: Readonly<Record<RunState, LabelSuffix>> = {
  queued: "processing",
  running: "processing",
  paused: "paused",
  succeeded: "done",
  failed: "failed",
  errored: "failed",
  cancelled: "stopped",
};

/** All labels of the family of a trigger label, without the trigger label itself. */
export function labelFamily(trigger: string): string[] {
  return LABEL_SUFFIXES.map((suffix) => `${trigger} ${suffix}`);
}
