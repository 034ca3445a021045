import type { RawBuilder } from "kysely";
import { sql } from "kysely";

import { ForgehandError } from "../core/errors.ts";
import { threadKey } from "../core/event.ts";
import type { NewRun, Run, RunFacts, RunMove, RunState } from "../core/run.ts";
import { isOver, MOVES, moved } from "../core/run.ts";
import { readPlace } from "../core/status.ts";
import type { RefKey, RequestKey, RunFilter } from "../core/store.ts";
import type { Tables } from "./engine.ts";
import { LIST_LIMIT } from "./jobs.ts";
import { fromFacts, fromNewRun, NOT_OVER, placeColumns, toRun } from "./rows.ts";

const ACTIVE = (Object.keys(MOVES) as RunState[]).filter((state) => !isOver(state));

export async function findRun(tables: Tables, id: number): Promise<Run | undefined> {
  const row = await readRun(tables, id);
  return row && toRun(row);
}

/** The row of a run, which is asked for once in a transaction that nobody comes between. */
export async function readRun({ db, known }: Tables, id: number) {
  const row =
    known?.get(id) ?? (await db.selectFrom("runs").selectAll().where("id", "=", id).executeTakeFirst());
  if (row !== undefined) known?.set(id, row);
  return row;
}

/** Add a run, unless one of the same key exists. */
export async function insertRun(
  { db, now, known }: Tables,
  run: NewRun,
): Promise<{ run: Run; added: boolean }> {
  const places = placeColumns({
    ...run,
    id: 0,
    state: "queued",
    reason: "",
    attempts: 0,
    createdAt: new Date(0),
  });
  const added = await db
    .insertInto("runs")
    .values({ ...fromNewRun(run), ...places, created_at: now })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .returningAll()
    .executeTakeFirst();
  if (added !== undefined) {
    known?.set(added.id, added);
    return { run: toRun(added), added: true };
  }
  const there = await db.selectFrom("runs").selectAll().where("key", "=", run.key).executeTakeFirstOrThrow();
  return { run: toRun(there), added: false };
}

/** The run of a key. */
export async function findRunOf({ db }: Tables, key: string): Promise<Run | undefined> {
  const row = await db.selectFrom("runs").selectAll().where("key", "=", key).executeTakeFirst();
  return row && toRun(row);
}

/** Runs that are not over, of an automation on an issue or pull request, or of the pushes of a ref, oldest first. */
export async function findActiveRuns(tables: Tables, of: RequestKey | RefKey): Promise<Run[]> {
  const active = runsAbout(tables, of)
    .where("state", "in", ACTIVE)
    .where(...NOT_OVER);
  return (await active.orderBy("id").limit(LIST_LIMIT).execute()).map(toRun);
}

/** The newest run of an automation on an issue or pull request, or of the pushes of a ref. */
export async function findNewestRun(tables: Tables, of: RequestKey | RefKey): Promise<Run | undefined> {
  const row = await runsAbout(tables, of).orderBy("id", "desc").limit(1).executeTakeFirst();
  return row && toRun(row);
}

function runsAbout({ db }: Tables, of: RequestKey | RefKey) {
  const query = db
    .selectFrom("runs")
    .selectAll()
    .where("forge", "=", of.forge)
    .where("repo_id", "=", of.repo)
    .where("automation", "=", of.automation);
  return "ref" in of
    ? query.where("ref", "=", of.ref).where("thread", "is", null)
    : query.where("thread", "=", threadKey(of.thread));
}

/** Runs that are not over, of a concurrency group, over all automations, oldest first. */
export async function findActiveInGroup({ db }: Tables, group: string): Promise<Run[]> {
  const rows = await db
    .selectFrom("runs")
    .selectAll()
    .where("concurrency_group", "=", group)
    .where("state", "in", ACTIVE)
    .where(...NOT_OVER)
    .orderBy("id")
    .limit(LIST_LIMIT)
    .execute();
  return rows.map(toRun);
}

/** Move a run by the table of moves, write facts and set its times. */
export function moveRun(tables: Tables, id: number, move: RunMove, facts: RunFacts = {}): Promise<Run> {
  return changeRun(tables, id, facts, (run) => {
    const state = moved(run.state, move);
    return { state, ...timesOf(tables, state, move) };
  });
}

/** What a change of a run writes beside its facts; times are the clock's. */
interface RunChange {
  readonly state?: RunState;
  readonly attempts?: number;
  readonly started_at?: RawBuilder<number> | null;
  readonly command_started_at?: RawBuilder<number> | null;
  readonly finished_at?: RawBuilder<number>;
  readonly earlier?: RawBuilder<number>;
  readonly pause_requested?: null;
  readonly waits_for?: null;
}

function timesOf({ now }: Tables, state: RunState, move: RunMove): RunChange {
  switch (move) {
    case "start":
      return { started_at: sql<number>`coalesce(started_at, ${now})`, waits_for: null };
    case "requeue":
    case "pause":
      return {
        started_at: null,
        command_started_at: null,
        earlier: sql<number>`earlier + ${now} - coalesce(started_at, ${now})`,
        waits_for: null,
        ...(move === "pause" && { pause_requested: null }),
      };
    default:
      return isOver(state) ? { finished_at: now } : {};
  }
}

export function noteRun(tables: Tables, id: number, facts: RunFacts): Promise<Run> {
  return changeRun(tables, id, facts, () => ({}));
}

/** Write that the command starts now, and count it. */
export function noteCommandStart(tables: Tables, id: number, facts: RunFacts = {}): Promise<Run> {
  return changeRun(tables, id, facts, (run) => ({
    command_started_at: tables.now,
    attempts: run.attempts + 1,
  }));
}

async function changeRun(
  tables: Tables,
  id: number,
  facts: RunFacts,
  change: (run: Run) => RunChange,
): Promise<Run> {
  const before = await readRun(tables, id);
  if (before === undefined) throw new ForgehandError("NOT_FOUND", `There is no run ${id}.`);
  const noted = fromFacts(facts);
  const wanted = {
    ...noted,
    ...change(toRun(before)),
    ...placeColumns(toRun({ ...before, ...noted })),
  };
  // What stays as it is would be written all the same, and anew into each index that has it.
  const columns = Object.entries(wanted).filter(
    ([name, value]) => value !== before[name as keyof typeof before],
  );
  if (columns.length === 0) return toRun(before);
  const after = await tables.db
    .updateTable("runs")
    .set(Object.fromEntries(columns))
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  tables.known?.set(id, after);
  return toRun(after);
}

/** Newest first. */
export async function listRuns({ db }: Tables, filter: RunFilter): Promise<Run[]> {
  let query = db.selectFrom("runs").selectAll();
  if (filter.state !== undefined) query = query.where("state", "=", filter.state);
  if (filter.state !== undefined && !isOver(filter.state)) query = query.where(...NOT_OVER);
  if (filter.forge !== undefined) query = query.where("forge", "=", filter.forge);
  if (filter.repo !== undefined) query = query.where("repo_id", "=", filter.repo);
  if (filter.automation !== undefined) query = query.where("automation", "=", filter.automation);
  if (filter.thread === "none") query = query.where("thread", "is", null);
  else if (filter.thread !== undefined) query = query.where("thread", "=", threadKey(filter.thread));
  if (filter.ref !== undefined) query = query.where("ref", "=", filter.ref);
  if (filter.before !== undefined) query = query.where("id", "<", filter.before);
  const limit = Math.min(filter.limit, LIST_LIMIT);
  return (await query.orderBy("id", "desc").limit(limit).execute()).map(toRun);
}

/** The newest run of each automation that a place shows, oldest first. */
export async function findRunsAt({ db }: Tables, place: string): Promise<Run[]> {
  const column = `${readPlace(place).kind}_place` as const;
  const newest = db
    .selectFrom("runs")
    .select(({ fn }) => fn.max("id").as("id"))
    .where(column, "=", place)
    .groupBy("automation");
  const rows = await db
    .selectFrom("runs")
    .selectAll()
    .where("id", "in", newest)
    .orderBy("id")
    .limit(LIST_LIMIT)
    .execute();
  return rows.map(toRun);
}

/** The newest run that pushed a commit. */
export async function findRunThatPushed(
  { db }: Tables,
  forge: string,
  repo: string,
  sha: string,
): Promise<Run | undefined> {
  const row = await db
    .selectFrom("runs")
    .selectAll()
    .where("forge", "=", forge)
    .where("repo_id", "=", repo)
    .where("pushed_sha", "=", sha)
    .orderBy("id", "desc")
    .executeTakeFirst();
  return row && toRun(row);
}

/** Runs that pushed to a branch, newest first. */
export async function findRunsOfBranch(
  { db }: Tables,
  forge: string,
  repo: string,
  branch: string,
): Promise<Run[]> {
  const rows = await db
    .selectFrom("runs")
    .selectAll()
    .where("forge", "=", forge)
    .where("repo_id", "=", repo)
    .where("branch", "=", branch)
    .where("pushed_sha", "is not", null)
    .orderBy("id", "desc")
    .limit(LIST_LIMIT)
    .execute();
  return rows.map(toRun);
}
