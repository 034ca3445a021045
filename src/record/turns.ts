import { sql } from "kysely";

import type { Usage } from "../core/agent.ts";
import type { Slots } from "../core/automation.ts";
import { BUDGET_WINDOW_MS } from "../core/budget.ts";
import type { Ledger } from "../core/budget.ts";
import { ForgehandError } from "../core/errors.ts";
import type { Actor, Repo } from "../core/event.ts";
import type { Run, WaitsFor } from "../core/run.ts";
import type { Outlook } from "../core/store.ts";
import type { Tables } from "./engine.ts";
import { NOT_OVER, toRun } from "./rows.ts";
import { readRun } from "./runs.ts";

/** Runs of a line that are told of at once when they move up. */
const LINE_SHOWN = 10;

type Liner = Pick<Run, "id" | "automation" | "forge" | "repo" | "group">;

/**
 * What a run has to wait for. In its group it waits for those that go on and those that were there before it; for a slot
 * also behind those that wait for the same slot already.
 */
export async function findWaitsFor(tables: Tables, id: number, slots: Slots): Promise<WaitsFor | undefined> {
  const row = await readRun(tables, id);
  if (row === undefined) throw new ForgehandError("NOT_FOUND", `There is no run ${id}.`);
  if (row.state === "running") return undefined;
  const run = toRun(row);
  if (run.group !== undefined && (await isGroupTaken(tables, id, run.group))) return "group";
  const limits = [
    ["repository", slots.repository],
    ["automation", slots.automation],
  ] as const;
  for (const [what, limit] of limits) {
    if (limit !== undefined && (await countSlots(tables, run, what)) >= limit) return what;
  }
  return undefined;
}

async function isGroupTaken({ db }: Tables, id: number, group: string): Promise<boolean> {
  const taken = await db
    .selectFrom("runs")
    .select("id")
    .where("concurrency_group", "=", group)
    .where(...NOT_OVER)
    .where("id", "<>", id)
    .where((where) =>
      where.or([
        where("state", "=", "running"),
        where.and([where("state", "=", "queued"), where("id", "<", id)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return taken !== undefined;
}

async function countSlots(
  { db }: Tables,
  { id, automation, forge, repo }: Liner,
  what: "repository" | "automation",
): Promise<number> {
  let query = db
    .selectFrom("runs")
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .where("automation", "=", automation)
    .where(...NOT_OVER)
    .where("id", "<>", id)
    .where((where) =>
      where.or([
        where("state", "=", "running"),
        where.and([where("state", "=", "queued"), where("waits_for", "=", what), where("id", "<", id)]),
      ]),
    );
  if (what === "repository") query = query.where("forge", "=", forge).where("repo_id", "=", repo.id);
  return Number((await query.executeTakeFirstOrThrow()).count);
}

/** Queued runs that wait for the same as a run does or would. */
function lineOf({ db }: Tables, { id, automation, forge, repo, group }: Liner, what: WaitsFor) {
  const queued = db
    .selectFrom("runs")
    .where("state", "=", "queued")
    .where(...NOT_OVER)
    .where("id", "<>", id);
  if (what === "group") return queued.where("concurrency_group", "=", group ?? "");
  const waiting = queued.where("automation", "=", automation).where("waits_for", "=", what);
  return what === "automation" ? waiting : waiting.where("forge", "=", forge).where("repo_id", "=", repo.id);
}

/** The first runs of a line, oldest first. */
export async function findLine(tables: Tables, of: Run, what: WaitsFor): Promise<Run[]> {
  if (what === "group" && of.group === undefined) return [];
  const rows = await lineOf(tables, of, what).selectAll().orderBy("id").limit(LINE_SHOWN).execute();
  return rows.map(toRun);
}

/** How many runs are before one: of those that wait for the same, or of all where it waits for nothing of its own. */
async function placeInLine(
  tables: Tables,
  { waitsFor, ...run }: Liner & Pick<Run, "waitsFor">,
): Promise<number> {
  const line =
    waitsFor === undefined
      ? tables.db
          .selectFrom("runs")
          .where("state", "=", "queued")
          .where(...NOT_OVER)
      : lineOf(tables, run, waitsFor);
  const { before } = await line
    .select(({ fn }) => fn.countAll<number | string>().as("before"))
    .where("id", "<", run.id)
    .executeTakeFirstOrThrow();
  return Number(before);
}

/** The last runs of an automation that tell how long one takes. */
const TELLING_RUNS = 9;

/** How many runs wait before one, and how long those of its automation took: the middle one of the last few. */
export async function findOutlook(
  tables: Tables,
  run: Pick<Run, "id" | "automation" | "forge" | "repo" | "group" | "waitsFor">,
): Promise<Outlook> {
  const { db } = tables;
  const { automation } = run;
  const before = await placeInLine(tables, run);
  const last = await db
    .selectFrom("runs")
    .select(sql<number>`finished_at - started_at`.as("took"))
    .where("automation", "=", automation)
    .where("state", "in", ["succeeded", "failed"])
    .where("started_at", "is not", null)
    .orderBy("id", "desc")
    .limit(TELLING_RUNS)
    .execute();
  const took = last.map((run) => run.took).sort((one, other) => one - other);
  const usual = took[Math.floor(took.length / 2)];
  return { before, ...(usual === undefined ? {} : { usual }) };
}

/** What the runs of an automation took that were under way within the last 24 hours. */
export async function findLedger({ db, now }: Tables, automation: string): Promise<Ledger> {
  const since = sql<number>`${now} - ${BUDGET_WINDOW_MS}`;
  const { rows: clock } = await sql<{ now: number | string }>`select ${now} as now`.execute(db);
  const spent = db
    .selectFrom("runs")
    .select(["id", "forge", "repo", "actor", "started_at", "finished_at", "earlier", "usage"])
    .where("automation", "=", automation);
  // Two questions, since one with an "or" in it is answered by looking at every run that there ever was. A run that ends
  // between them is in both answers.
  const active = await spent.where(...NOT_OVER).execute();
  const over = await spent.where("finished_at", ">", since).execute();
  const rows = [...new Map([...active, ...over].map((row) => [row.id, row])).values()];
  rows.sort((one, other) => one.id - other.id);
  return {
    now: new Date(Number(clock[0]?.now)),
    spendings: rows.map(({ id, forge, repo, actor, started_at, finished_at, earlier, usage }) => ({
      id,
      forge,
      repo: JSON.parse(repo) as Repo,
      actor: JSON.parse(actor) as Actor,
      earlier,
      ...(started_at === null ? {} : { startedAt: new Date(started_at) }),
      ...(finished_at === null ? {} : { finishedAt: new Date(finished_at) }),
      ...(usage === null ? {} : { usage: JSON.parse(usage) as Usage }),
    })),
  };
}
