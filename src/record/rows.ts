import type { Insertable, Selectable } from "kysely";

import type { Usage } from "../core/agent.ts";
import type { Decision } from "../core/decision.ts";
import type { DeliveryHeaders } from "../core/delivery.ts";
import type { Actor, ForgeEvent, Repo } from "../core/event.ts";
import { readThread, threadKey } from "../core/event.ts";
import type { NewRun, Run, RunFacts } from "../core/run.ts";
import { placeKey, placesOf } from "../core/status.ts";
import type { KeptDelivery, PlaceRecord, Refusal, Request } from "../core/store.ts";
import type { Database } from "./schema.ts";
import { readTags, writeTags } from "./tags.ts";

type Row<Table extends keyof Database> = Selectable<Database[Table]>;

/** What the indexes of runs that are not over have as their condition: they are used where a query says the same. */
export const NOT_OVER = ["finished_at", "is", null] as const;

/** What is present of some nullable columns. */
function present<T extends object>(columns: { [Name in keyof T]: T[Name] | null }): Partial<T> {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null)) as Partial<T>;
}

const at = (time: number | null): Date | null => (time === null ? null : new Date(time));

export function toDelivery(
  row: Omit<Row<"deliveries">, "body"> & { body?: Uint8Array | null; decisions: string | null },
): KeptDelivery {
  return {
    key: String(row.id),
    forge: row.forge,
    door: row.door,
    id: row.delivery_id,
    event: row.event,
    headers: JSON.parse(row.headers) as DeliveryHeaders,
    receivedAt: new Date(row.received_at),
    reading: row.reading,
    reason: row.reason,
    ...(row.rewritten === 1 ? { rewritten: true } : {}),
    ...(row.body ? { body: row.body } : {}),
    ...(row.decisions === null ? {} : { decisions: JSON.parse(row.decisions) as Decision[] }),
  };
}

export function toRun(
  row: Omit<Row<"runs">, "status_place" | "comment_place" | "labels_place" | "earlier">,
): Run {
  return {
    id: row.id,
    key: row.key,
    automation: row.automation,
    forge: row.forge,
    delivery: row.delivery,
    event: JSON.parse(row.event) as ForgeEvent,
    repo: JSON.parse(row.repo) as Repo,
    actor: JSON.parse(row.actor) as Actor,
    publishes: row.publishes === 1,
    context: row.context,
    comments: row.comments === 1,
    depth: row.depth,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
    ...present({
      thread: row.thread === null ? null : readThread(row.thread),
      sha: row.sha,
      ref: row.ref,
      label: row.label,
      startedAt: at(row.started_at),
      commandStartedAt: at(row.command_started_at),
      finishedAt: at(row.finished_at),
      cancelRequested: row.cancel_requested,
      pauseRequested: row.pause_requested,
      waitsFor: row.waits_for,
      exitCode: row.exit_code,
      branch: row.branch,
      pushedSha: row.pushed_sha,
      follows: row.follows,
      group: row.concurrency_group,
      tags: row.tags === null ? null : readTags(row.tags),
      written: row.written,
      agent: row.agent,
      result: row.result,
      usage: row.usage === null ? null : (JSON.parse(row.usage) as Usage),
      pullRequest:
        row.pull_request === null ? null : (JSON.parse(row.pull_request) as NonNullable<Run["pullRequest"]>),
    }),
  };
}

/** The columns of a new run that its maker decides. */
export function fromNewRun(run: NewRun) {
  return {
    key: run.key,
    automation: run.automation,
    forge: run.forge,
    delivery: run.delivery,
    event: JSON.stringify(run.event),
    repo: JSON.stringify(run.repo),
    actor: JSON.stringify(run.actor),
    repo_id: run.repo.id,
    thread: run.thread === undefined ? null : threadKey(run.thread),
    sha: run.sha ?? null,
    ref: run.ref ?? null,
    publishes: run.publishes ? 1 : 0,
    context: run.context,
    label: run.label ?? null,
    comments: run.comments ? 1 : 0,
    depth: run.depth,
    follows: run.follows ?? null,
    concurrency_group: run.group ?? null,
    tags: run.tags === undefined ? null : writeTags(run.tags),
    written: run.written ?? null,
    state: "queued",
    reason: "",
    attempts: 0,
  } satisfies Partial<Insertable<Database["runs"]>>;
}

/** The columns of those facts that are given. */
export function fromFacts(facts: RunFacts): Partial<Row<"runs">> {
  return {
    ...(facts.reason !== undefined && { reason: facts.reason }),
    ...(facts.exitCode !== undefined && { exit_code: facts.exitCode }),
    ...(facts.branch !== undefined && { branch: facts.branch }),
    ...(facts.pushedSha !== undefined && { pushed_sha: facts.pushedSha }),
    ...(facts.sha !== undefined && { sha: facts.sha }),
    ...(facts.comments !== undefined && { comments: facts.comments ? 1 : 0 }),
    ...(facts.cancelRequested !== undefined && { cancel_requested: facts.cancelRequested }),
    ...(facts.pauseRequested !== undefined && { pause_requested: facts.pauseRequested }),
    ...(facts.waitsFor !== undefined && { waits_for: facts.waitsFor }),
    ...(facts.agent !== undefined && { agent: facts.agent }),
    ...(facts.result !== undefined && { result: facts.result }),
    ...(facts.usage !== undefined && { usage: JSON.stringify(facts.usage) }),
    ...(facts.pullRequest !== undefined && { pull_request: JSON.stringify(facts.pullRequest) }),
  };
}

/** The columns by which the runs of a place are found. */
export function placeColumns(run: Parameters<typeof placesOf>[0]) {
  const keys = new Map(placesOf(run).map((place) => [place.kind, placeKey(place)]));
  return {
    status_place: keys.get("status") ?? null,
    comment_place: keys.get("comment") ?? null,
    labels_place: keys.get("labels") ?? null,
  };
}

export function toRequest({ labelling, run, thread, ...row }: Row<"requests">): Request {
  return { ...row, thread: readThread(thread), ...present({ labelling, run }) };
}

export function fromRequest(request: Request): Row<"requests"> {
  const { automation, forge, repo, thread, generation, state, delivery, labelling, run } = request;
  return {
    automation,
    forge,
    repo,
    thread: threadKey(thread),
    generation,
    state,
    delivery,
    labelling: labelling ?? null,
    run: run ?? null,
  };
}

export function toPlace(row: Row<"places">): PlaceRecord {
  return {
    key: row.key,
    ...present({
      commentId: row.comment_id,
      reported: row.reported,
      refused: row.refused,
      reportedAt: at(row.reported_at),
    }),
  };
}

export function fromPlace(place: PlaceRecord): Row<"places"> {
  return {
    key: place.key,
    comment_id: place.commentId ?? null,
    reported: place.reported ?? null,
    refused: place.refused ?? null,
    reported_at: place.reportedAt?.getTime() ?? null,
  };
}

export function toRefusal(row: Row<"refusals">): Refusal {
  const { forge, repo, text } = row;
  const thread = readThread(row.thread);
  return { forge, repo, thread, repoName: row.repo_name, actor: JSON.parse(row.actor) as Actor, text };
}
