import { randomUUID } from "node:crypto";

import type { RawBuilder } from "kysely";
import { sql } from "kysely";

import type { Claim, Job, Stage } from "../core/job.ts";
import type { Completion } from "../core/store.ts";
import type { Tables } from "./engine.ts";
import type { Database } from "./schema.ts";
import { asksOnlyFor } from "./tags.ts";

// Written as SQL, since every delivery runs these and building a query costs more than SQLite takes to answer it.

/** The longest list that is read at once. */
export const LIST_LIMIT = 200;

type Row<Column extends keyof Database["jobs"]> = Pick<Database["jobs"], Column>;

/** A job that is asked for, due after `delay` milliseconds. */
export interface Ask {
  readonly stage: Stage;
  readonly subject: string;
  readonly delay: number;
}

export const isHeldBy = ({ stage, subject, token }: Claim): RawBuilder<boolean> =>
  sql`stage = ${stage} and subject = ${subject} and lease_token = ${token}`;

/**
 * The query that asks for jobs, each of them once. One that is there grows its revision and is due now, or after its
 * delay, but never later than it was; one that is held keeps its lease and survives its completion.
 */
export function askQuery(tables: Pick<Tables, "now">, asks: readonly Ask[]) {
  return insertAsks(valuesOf(tables, asks));
}

const valuesOf = ({ now }: Pick<Tables, "now">, asks: readonly Ask[]) =>
  sql`values ${sql.join(
    asks.map(({ stage, subject, delay }) => sql`(${stage}, ${subject}, 1, 0, ${now} + ${delay}, 0, '')`),
  )}`;

const insertAsks = (rows: RawBuilder<unknown>) => sql`
    insert into jobs (stage, subject, revision, attempts, ready_at, taken_over, error)
    ${rows}
    on conflict (stage, subject) do update set
      revision = jobs.revision + 1,
      attempts = case when jobs.lease_token is null then 0 else jobs.attempts end,
      ready_at = case
        when jobs.lease_token is null and (jobs.ready_at is null or jobs.ready_at > excluded.ready_at)
        then excluded.ready_at else jobs.ready_at end`;

/**
 * The same where several write at once: first all jobs that the transaction is about to change are locked in one order, so
 * that no two transactions wait for each other. Nothing is asked for where the claim does not hold its job any more.
 */
export function lockAndAskQuery(tables: Pick<Tables, "now">, asks: readonly Ask[], claim?: Claim) {
  // Counted, so that each of them is locked before the first is written.
  const held =
    claim === undefined
      ? sql`(select count(*) from locked) >= 0`
      : sql`(select count(*) filter (where ${isHeldBy(claim)}) from locked) = 1`;
  return sql`
    with locked as materialized (${lockQuery(asks, claim)})
    ${insertAsks(sql`select * from (${valuesOf(tables, asks)}) as asked where ${held}`)}`;
}

/** A run is taken only by a worker that has its tags. */
const suits = (stage: Stage, tags: readonly string[]): RawBuilder<unknown> =>
  stage === "run"
    ? sql`and exists (select 1 from runs where id = cast(subject as bigint) and ${asksOnlyFor(sql`tags`, tags)})`
    : sql``;

/** Claim the due job of a stage that waits longest, or of one subject: one statement, so that nobody comes between. */
export async function claimJob(
  { db, now, locksRows }: Tables,
  stage: Stage,
  { lease, subject, tags = [] }: { lease: number; subject?: string; tags?: readonly string[] },
): Promise<Claim | undefined> {
  const token = randomUUID();
  const only = subject === undefined ? sql`` : sql`and subject = ${subject}`;
  const due = sql`
    select subject from jobs where stage = ${stage} and ready_at <= ${now} ${only} ${suits(stage, tags)}
    order by ready_at limit 1`;
  // Where one writes at a time, whoever finds nothing need not wait for that.
  if (!locksRows && (await due.execute(db)).rows.length === 0) return undefined;
  const unlocked = locksRows ? sql`for update skip locked` : sql``;
  const { rows } = await sql<
    Row<"subject" | "revision" | "attempts" | "taken_over" | "again_at"> & { ready_at: number }
  >`
    update jobs set
      lease_token = ${token},
      ready_at = ${now} + ${lease},
      attempts = attempts + 1,
      taken_over = case when lease_token is null then taken_over else 1 end
    where stage = ${stage} and subject = (${due} ${unlocked})
    returning subject, revision, attempts, taken_over, again_at, ready_at`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const claimedAt = row.ready_at - lease;
  return {
    stage,
    subject: row.subject,
    revision: row.revision,
    attempts: row.attempts,
    token,
    takenOver: row.taken_over === 1,
    again: row.again_at !== null && row.again_at <= claimedAt,
  };
}

/** Hold a claim for another lease. False: it is lost. */
export async function renewJob({ db, now }: Tables, claim: Claim, lease: number): Promise<boolean> {
  const renewed = await sql`update jobs set ready_at = ${now} + ${lease} where ${isHeldBy(claim)}`.execute(
    db,
  );
  return renewed.numAffectedRows === 1n;
}

/** End a claim without an outcome: due again after a while or, asked for again meanwhile, at once. */
export async function giveBackJob(
  { db, now }: Tables,
  claim: Claim,
  { after, error, unsure = false }: { after: number | undefined; error: string; unsure?: boolean },
): Promise<"ok" | "lost"> {
  const grew = sql`revision > ${claim.revision}`;
  const later = after === undefined ? sql`null` : sql`${now} + ${after}`;
  const given = await sql`
    update jobs set
      lease_token = null,
      taken_over = case when ${unsure ? 1 : 0} = 1 then 1 else taken_over end,
      error = ${error},
      ready_at = case when ${grew} then ${now} else ${later} end,
      attempts = case when ${grew} then 0 else attempts end
    where ${isHeldBy(claim)}`.execute(db);
  return given.numAffectedRows === 1n ? "ok" : "lost";
}

/** Whether a claim still holds its job: asked first in every fenced transaction. `lock`: nobody takes it until its end. */
export async function holdsJob(
  { db, locksRows }: Tables,
  claim: Claim,
  { lock = false }: { lock?: boolean } = {},
): Promise<boolean> {
  const locked = locksRows && lock ? sql`for update` : sql``;
  const { rows } = await sql`select revision from jobs where ${isHeldBy(claim)} ${locked}`.execute(db);
  return rows.length === 1;
}

/**
 * Lock the jobs that a transaction is about to change, all of them in one order, so that no two transactions wait for
 * each other. False where the claim does not hold its job any more.
 */
export async function lockJobs({ db }: Tables, asks: readonly Ask[], claim?: Claim): Promise<boolean> {
  const { rows } = await lockQuery(asks, claim).execute(db);
  return claim === undefined || rows.some((row) => isOf(claim, row) && row.lease_token === claim.token);
}

function lockQuery(asks: readonly Ask[], claim?: Claim) {
  const keys = [...asks, ...(claim === undefined ? [] : [claim])].map(
    ({ stage, subject }) => sql`(${stage}, ${subject})`,
  );
  return sql<Row<"stage" | "subject" | "lease_token">>`
    select stage, subject, lease_token from jobs where (stage, subject) in (${sql.join(keys)})
    order by stage collate "C", subject collate "C" for update`;
}

const isOf = (one: Pick<Job, "stage" | "subject">, other: Pick<Job, "stage" | "subject">): boolean =>
  one.stage === other.stage && one.subject === other.subject;

/**
 * End the job of a claim. It stays when it was asked for again meanwhile, then due at once, and while a second look at
 * it is still owed. `"due"`: it is due at once. `"lost"`: the claim did not hold it any more.
 */
export async function finishJob(
  { db, now }: Tables,
  claim: Claim,
  { again }: Completion,
): Promise<"over" | "due" | "lost"> {
  if (again === undefined) {
    const settled = claim.again ? sql`` : sql`and again_at is null`;
    const done = await sql`
      delete from jobs where ${isHeldBy(claim)} and revision = ${claim.revision} ${settled}`.execute(db);
    if (done.numAffectedRows === 1n) return "over";
  }
  const owed = claim.again ? sql`null` : sql`again_at`;
  const againAt = again === undefined ? owed : sql`${now} + ${again}`;
  const { rows } = await sql<Row<"revision">>`
    update jobs set
      lease_token = null,
      attempts = 0,
      taken_over = 0,
      error = '',
      again_at = ${againAt},
      ready_at = case when revision > ${claim.revision} then ${now} else ${againAt} end
    where ${isHeldBy(claim)} returning revision`.execute(db);
  const [row] = rows;
  if (row === undefined) return "lost";
  return row.revision > claim.revision ? "due" : "over";
}

/** Jobs with their troubles, longest waiting first, parked ones last. */
export async function listJobs(
  { db }: Tables,
  { stage, subject, limit }: { stage?: Stage; subject?: string; limit: number },
): Promise<(Job & { dueAt?: Date; error: string; held: boolean })[]> {
  let query = db
    .selectFrom("jobs")
    .select(["stage", "subject", "revision", "attempts", "ready_at", "lease_token", "error"]);
  if (stage !== undefined) query = query.where("stage", "=", stage);
  if (subject !== undefined) query = query.where("subject", "=", subject);
  const rows = await query
    .orderBy(sql`ready_at is null`)
    .orderBy("ready_at")
    .limit(Math.min(limit, LIST_LIMIT))
    .execute();
  return rows.map(({ ready_at, lease_token, ...job }) => ({
    ...job,
    held: lease_token !== null,
    ...(ready_at === null ? {} : { dueAt: new Date(ready_at) }),
  }));
}
