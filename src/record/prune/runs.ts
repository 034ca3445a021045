import type { ExpressionBuilder, SelectQueryBuilder } from "kysely";
import { sql } from "kysely";

import type { Pruned, PruneSlice } from "../../core/prune.ts";
import { isOver } from "../../core/run.ts";
import type { Tables } from "../engine.ts";
import type { Database } from "../schema.ts";
import { isDue, looksOf, walked } from "./walk.ts";

/** The next runs of a walk, with the pieces of their logs. */
async function runLooks({ db }: Tables, slice: PruneSlice) {
  const rows = await db
    .selectFrom("runs")
    .select((row) => [
      "id",
      "created_at as since",
      "finished_at",
      "state",
      row
        .selectFrom("log_chunks")
        .select(({ fn }) => fn.max("seq").as("pieces"))
        .whereRef("run", "=", "runs.id")
        .as("pieces"),
    ])
    .where("id", ">", slice.after)
    .orderBy("id")
    .limit(looksOf(slice))
    .execute();
  return rows.map(({ id, since, finished_at, state, pieces }) => ({
    id,
    since,
    pieces: pieces ?? 0,
    due: isOver(state) && isDue(slice, id, finished_at),
  }));
}

/** Logs go piece by piece, the last one first, so that what is left of a long one is still its beginning. */
export async function pruneLogs(tables: Tables, slice: PruneSlice): Promise<Pruned> {
  const { chosen, after, more } = walked(slice, await runLooks(tables, slice), ({ pieces }) => pieces);
  let [count, bytes] = [0, 0];
  for (const { id, pieces } of chosen) {
    const rest = pieces - slice.limit;
    const gone = await deletePieces(tables, id, Math.max(0, rest));
    count += gone.count;
    bytes += gone.bytes;
    // Longer than a slice: it is alone in it, and the next one goes on with it.
    if (rest > 0) return { count, bytes, after: slice.after, more: true };
  }
  return { count, bytes, after, more };
}

/** Take the pieces of a log that come after one of them. */
async function deletePieces(
  { db }: Tables,
  run: number,
  after: number,
): Promise<{ count: number; bytes: number }> {
  const rows = await db
    .deleteFrom("log_chunks")
    .where("run", "=", run)
    .where("seq", ">", after)
    .returning(sql<number>`octet_length(text)`.as("bytes"))
    .execute();
  return { count: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** A run goes with its log, with what was reported of its commit, and out of the request that it answered. */
export async function pruneRuns(tables: Tables, slice: PruneSlice): Promise<Pruned> {
  const { db } = tables;
  const looks = await runLooks(tables, slice);
  const { chosen, ...walk } = walked(slice, looks, ({ pieces }) => 1 + pieces);
  if (chosen.length === 0) return { count: 0, bytes: 0, ...walk };
  const ids = chosen.map(({ id }) => id);
  const gone = await unneeded(db.selectFrom("runs").where("runs.id", "in", ids))
    .select(["id", "automation", "forge", "repo_id", "thread", "status_place"])
    .execute();
  let bytes = 0;
  for (const { id, automation, forge, repo_id, thread, status_place } of gone) {
    bytes += (await deletePieces(tables, id, 0)).bytes;
    if (thread !== null) {
      await db
        .updateTable("requests")
        .set({ run: null })
        .where((where) => where.and({ automation, forge, repo: repo_id, thread, run: id }))
        .execute();
    }
    await db.deleteFrom("runs").where("id", "=", id).execute();
    if (status_place !== null) await forgetPlace(tables, status_place);
  }
  return { count: gone.length, bytes, ...walk };
}

/** Forget what was reported of a commit when no run is left that it shows. */
async function forgetPlace({ db }: Tables, key: string): Promise<void> {
  const left = await db.selectFrom("runs").select("id").where("status_place", "=", key).limit(1).execute();
  if (left.length === 0) await db.deleteFrom("places").where("key", "=", key).execute();
}

/** Runs that nothing needs any more. */
function unneeded(runs: SelectQueryBuilder<Database, "runs", object>) {
  return runs.where((where) =>
    where.not(
      where.or([
        isNewestAt(where, "comment_place"),
        isNewestAt(where, "labels_place"),
        isNewestOfBranch(where),
        isFollowed(where),
        isAnswer(where),
        isOwed(where),
      ]),
    ),
  );
}

type Where = ExpressionBuilder<Database, "runs">;

const newer = (where: Where) =>
  where.selectFrom("runs as newer").select("newer.id").whereRef("newer.id", ">", "runs.id");

/** The newest of its automation that a place shows, which is shown anew with whatever happens there. */
function isNewestAt(where: Where, place: "comment_place" | "labels_place") {
  const later = newer(where)
    .whereRef(`newer.${place}`, "=", `runs.${place}`)
    .whereRef("newer.automation", "=", "runs.automation");
  return where.and([where(`runs.${place}`, "is not", null), where.not(where.exists(later))]);
}

/** The newest that pushed to its branch: it tells that the branch is ours. */
function isNewestOfBranch(where: Where) {
  const later = newer(where)
    .whereRef("newer.forge", "=", "runs.forge")
    .whereRef("newer.repo_id", "=", "runs.repo_id")
    .whereRef("newer.branch", "=", "runs.branch")
    .where("newer.pushed_sha", "is not", null);
  return where.and([
    where("runs.branch", "is not", null),
    where("runs.pushed_sha", "is not", null),
    where.not(where.exists(later)),
  ]);
}

const isFollowed = (where: Where) =>
  where.exists(
    where
      .selectFrom("runs as following")
      .select("following.id")
      .whereRef("following.follows", "=", "runs.id"),
  );

const isAnswer = (where: Where) =>
  where.exists(
    where
      .selectFrom("requests")
      .select("requests.run")
      .whereRef("requests.automation", "=", "runs.automation")
      .whereRef("requests.forge", "=", "runs.forge")
      .whereRef("requests.repo", "=", "runs.repo_id")
      .whereRef("requests.thread", "=", "runs.thread")
      .whereRef("requests.run", "=", "runs.id")
      .where("requests.state", "<>", "closed"),
  );

/** A job looks after it, or after a place that shows it. */
function isOwed(where: Where) {
  const jobs = where.selectFrom("jobs").select("jobs.subject");
  const subject = sql<string>`cast(${where.ref("runs.id")} as text)`;
  const reports = (["status_place", "comment_place", "labels_place"] as const).map((place) =>
    where.exists(jobs.where("jobs.stage", "=", "report").whereRef("jobs.subject", "=", `runs.${place}`)),
  );
  const own = jobs.where("jobs.stage", "=", "run").where("jobs.subject", "=", subject);
  return where.or([where.exists(own), ...reports]);
}
