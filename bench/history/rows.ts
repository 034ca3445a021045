import type { Insertable } from "kysely";

import type { Decision } from "../../src/core/decision.ts";
import type { ForgeEvent, Thread } from "../../src/core/event.ts";
import type { NewRun, Run, RunState } from "../../src/core/run.ts";
import { placeKey, placesOf } from "../../src/core/status.ts";
import { fromNewRun, fromRequest, placeColumns } from "../../src/record/rows.ts";
import type { Database } from "../../src/record/schema.ts";
import { nameOf, pushBody, PUSHED_REF, PUSHER } from "../senders/gitea.ts";

/** Rows of each table that history is made of, in the order in which they refer to one another. */
export const TABLES = ["deliveries", "decisions", "runs", "log_chunks", "places", "requests"] as const;
export type Rows = { [Table in (typeof TABLES)[number]]: Insertable<Database[Table]>[] };

/** How much has happened. */
export interface HistorySize {
  readonly deliveries: number;
  readonly runs: number;
}

const DAY_MS = 24 * 60 * 60_000;
/**
 * It began so many days ago, so that nothing of it is pruned yet, and ended two days ago: what is of the last day counts
 * for budgets, however long the rest is.
 */
const BEGAN_DAYS = 13;
const ENDED_DAYS = 2;
const REPOSITORIES = 1_000;
/** Half of all that happens, happens in so many of them. */
const BUSY = 20;
const FORGES = ["gitea", "gitea", "gitea", "acme"] as const;
/** Of twenty runs, in turn. */
const STATES: readonly RunState[] = [
  ...Array<RunState>(16).fill("succeeded"),
  "failed",
  "failed",
  "errored",
  "cancelled",
];
const AUTOMATIONS = ["bench", "bench", "bench", "test", "test", "lint", "deploy", "coding-agent"] as const;
const LINE = "[12:00:00] 42 of 42 tests passed, nothing is left to do in this part of the log\n";

/** A commit by number, none of which is one of those that are pushed later. */
const commit = (number: number): string => `c0de${number.toString(16).padStart(36, "0")}`;

/** Some rows more, as those who were there before are so many already; the same each time. */
export function rowsOf(
  from: number,
  count: number,
  size: HistorySize,
  now: number,
  offset: { delivery: number; run: number },
): Rows {
  const rows: Rows = { deliveries: [], decisions: [], runs: [], log_chunks: [], places: [], requests: [] };
  const every = Math.max(1, Math.floor(size.deliveries / size.runs));
  for (let index = from; index < from + count; index++) {
    const number = Math.floor(index / every);
    const starts = index % every === 0 && number < size.runs;
    const at = Math.round(
      now - BEGAN_DAYS * DAY_MS + (index / size.deliveries) * (BEGAN_DAYS - ENDED_DAYS) * DAY_MS,
    );
    addDelivery(rows, index, { id: offset.delivery + index + 1, at });
    if (starts) {
      const run = { id: offset.run + number + 1, delivery: offset.delivery + index + 1, at };
      addRun(rows, index, number, run);
    } else if (index % every <= every / 2) {
      addDecision(rows, offset.delivery + index + 1, {
        ...matchOf("bench", false, "It acts on pushes, and this is none."),
        outcome: "not matched",
      });
    }
  }
  return rows;
}

const repositoryOf = (index: number): number =>
  index % 2 === 0 ? ((index / 2) % BUSY) + 1 : (((index - 1) / 2) % REPOSITORIES) + 1;

const forgeOf = (repo: number): string => FORGES[repo % FORGES.length] ?? "gitea";

function addDelivery({ deliveries }: Rows, index: number, { id, at }: { id: number; at: number }): void {
  const repo = repositoryOf(index);
  deliveries.push({
    id,
    forge: forgeOf(repo),
    door: "",
    delivery_id: `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`,
    event: "push",
    headers: JSON.stringify({ "content-type": "application/json", "x-gitea-event": "push" }),
    rewritten: 0,
    reading: "event",
    reason: "",
    received_at: at,
    body: pushBody({ repo, before: commit(index), after: commit(index + 1) }),
  });
}

const matchOf = (automation: string, matched: boolean, reason: string) => ({
  automation,
  event: 0,
  matched,
  reason,
  stillToAsk: [],
});

function addDecision({ decisions }: Rows, delivery: number, decision: Decision): void {
  decisions.push({ delivery, decisions: JSON.stringify([decision]) });
}

function addRun(
  rows: Rows,
  index: number,
  number: number,
  { id, delivery, at }: { id: number; delivery: number; at: number },
): void {
  const run = newRun(index, number, delivery);
  const state = STATES[number % STATES.length] ?? "succeeded";
  const pushed = run.publishes && state === "succeeded" ? { pushedSha: commit(index + 7) } : {};
  const whole: Run = { ...run, ...pushed, id, state, reason: "", attempts: 1, createdAt: new Date(at) };
  const began = state === "cancelled" ? null : at + 1_000;
  rows.runs.push({
    ...fromNewRun(run),
    ...placeColumns(whole),
    id,
    state,
    attempts: began === null ? 0 : 1,
    created_at: at,
    started_at: began,
    command_started_at: began,
    finished_at: at + 60_000,
    cancel_requested: null,
    exit_code: state === "succeeded" ? 0 : state === "failed" ? 1 : null,
    branch: run.publishes ? `forgehand/coding-agent/${number}-turn` : null,
    pushed_sha: pushed.pushedSha ?? null,
    pull_request: null,
    agent: null,
    result: null,
    usage: null,
    pause_requested: null,
    waits_for: null,
    earlier: 0,
  });
  const text = LINE.repeat(4);
  for (const seq of [1, 2]) rows.log_chunks.push({ run: id, seq, text, bytes: seq * text.length, full: 0 });
  for (const place of placesOf(whole)) {
    const reported = JSON.stringify({ state: "success", context: run.context, description: "done" });
    // One comment tells of all runs of a thread.
    if (place.kind === "status")
      rows.places.push({ key: placeKey(place), comment_id: null, reported, refused: null, reported_at: at });
  }
  if (run.label !== undefined && run.thread !== undefined)
    rows.requests.push(
      fromRequest({
        automation: run.automation,
        forge: run.forge,
        repo: run.repo.id,
        thread: run.thread,
        generation: 1,
        state: "closed",
        delivery: run.delivery,
        run: id,
      }),
    );
  const decided = { ...matchOf(run.automation, true, "It was pushed."), outcome: "run", run: id } as const;
  addDecision(rows, delivery, decided);
}

/** Pushes, heads of pull requests, deployments one at a time, and issues with a label. */
function newRun(index: number, number: number, delivery: number): NewRun {
  const automation = AUTOMATIONS[number % AUTOMATIONS.length] ?? "bench";
  const id = repositoryOf(index);
  const repo = { id: String(id), fullName: nameOf(id), defaultBranch: "main" };
  const actor = { id: String(PUSHER.id), login: PUSHER.login };
  const sha = commit(index + 1);
  const base = {
    key: `history ${automation} ${delivery}`,
    automation,
    forge: forgeOf(id),
    delivery: String(delivery),
    repo,
    actor,
    context: `forgehand/${automation}`,
    depth: 0,
  };
  const said = { title: "The lamp turns the wrong way", body: LINE, state: "closed", labels: [] } as const;
  if (automation === "coding-agent") {
    const thread: Thread = { kind: "issue", number: number + 1 };
    const event: ForgeEvent = {
      kind: "issue",
      action: "labeled",
      repo,
      actor,
      issue: { ...said, ...thread },
    };
    return { ...base, event, thread, label: "coding agent", publishes: true, comments: true };
  }
  if (automation === "test" || automation === "lint") {
    // Several heads of each pull request.
    const thread: Thread = { kind: "pull_request", number: Math.floor(number / 40) + 1 };
    const pullRequest = { ...said, number: thread.number, headSha: sha };
    const event: ForgeEvent = { kind: "pull_request", action: "updated", repo, actor, pullRequest };
    return { ...base, event, thread, sha, publishes: false, comments: false };
  }
  const event: ForgeEvent = {
    kind: "push",
    action: "updated",
    repo,
    actor,
    ref: PUSHED_REF,
    before: commit(index),
    after: sha,
  };
  const group = automation === "deploy" ? { group: "deploy-production" } : {};
  return { ...base, ...group, event, sha, ref: PUSHED_REF, publishes: false, comments: false };
}
