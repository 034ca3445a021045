import { sql } from "kysely";

import type { Actor } from "../core/event.ts";
import { readThread, threadKey } from "../core/event.ts";
import type { Answer, Approval, ApprovalKey, RequestKey, ThreadPlace, Wait } from "../core/store.ts";
import type { Tables } from "./engine.ts";
import { LIST_LIMIT } from "./jobs.ts";

/** Keep an approval. The first one of an automation and a commit stays. */
export async function insertApproval({ db, now }: Tables, { thread, actor, ...approval }: Approval) {
  await db
    .insertInto("approvals")
    .values({
      ...approval,
      thread: threadKey(thread),
      actor: JSON.stringify(actor),
      approved_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What was approved on a pull request, oldest first; of one automation and commit where both are named. */
export async function findApprovals(
  { db }: Tables,
  { forge, repo, thread, automation, sha }: ThreadPlace & Partial<Pick<ApprovalKey, "automation" | "sha">>,
): Promise<Approval[]> {
  let query = db
    .selectFrom("approvals")
    .selectAll()
    .where("forge", "=", forge)
    .where("repo", "=", repo)
    .where("thread", "=", threadKey(thread));
  if (automation !== undefined) query = query.where("automation", "=", automation);
  if (sha !== undefined) query = query.where("sha", "=", sha);
  const rows = await query.orderBy("approved_at").orderBy("automation").limit(LIST_LIMIT).execute();
  return rows.map(({ approved_at: _, ...row }) => ({
    ...row,
    thread: readThread(row.thread),
    actor: JSON.parse(row.actor) as Actor,
  }));
}

/** Keep that a delivery waits for an approval. */
export async function insertWait({ db, now }: Tables, { thread, repoName, ...wait }: Wait): Promise<void> {
  await db
    .insertInto("waits")
    .values({ ...wait, thread: threadKey(thread), repo_name: repoName, began_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What waits for an approval on a pull request, oldest first; by one automation where it is named. */
export async function findWaits(
  { db }: Tables,
  { forge, repo, thread, automation }: ThreadPlace & Partial<Pick<RequestKey, "automation">>,
): Promise<Wait[]> {
  let query = db
    .selectFrom("waits")
    .selectAll()
    .where("forge", "=", forge)
    .where("repo", "=", repo)
    .where("thread", "=", threadKey(thread));
  if (automation !== undefined) query = query.where("automation", "=", automation);
  const rows = await query
    .orderBy("began_at")
    .orderBy(sql`cast(delivery as bigint)`)
    .limit(LIST_LIMIT)
    .execute();
  return rows.map(({ began_at: _, repo_name: repoName, ...row }) => ({
    ...row,
    repoName,
    thread: readThread(row.thread),
  }));
}

/** Forget what waits for an approval by an automation on a pull request; gives it back. */
export async function removeWaits(tables: Tables, of: RequestKey): Promise<Wait[]> {
  const waits = await findWaits(tables, of);
  await tables.db
    .deleteFrom("waits")
    .where("forge", "=", of.forge)
    .where("repo", "=", of.repo)
    .where("thread", "=", threadKey(of.thread))
    .where("automation", "=", of.automation)
    .execute();
  return waits;
}

/** The answer of an issue or pull request as it is kept, an ended one too. */
function rowOf({ db }: Tables, { forge, repo, thread }: ThreadPlace) {
  return db
    .selectFrom("answers")
    .selectAll()
    .where("forge", "=", forge)
    .where("repo", "=", repo)
    .where("thread", "=", threadKey(thread))
    .executeTakeFirst();
}

export async function findAnswer(tables: Tables, place: ThreadPlace): Promise<Answer | undefined> {
  const row = await rowOf(tables, place);
  if (row === undefined || row.text === "") return undefined;
  const { forge, repo, text } = row;
  return {
    forge,
    repo,
    text,
    thread: readThread(row.thread),
    repoName: row.repo_name,
    actor: JSON.parse(row.actor) as Actor,
  };
}

/** Keep an answer in place of the one before. False where it is told once only, and was. */
export async function saveAnswer(
  tables: Tables,
  answer: Answer,
  { once = false }: { once?: boolean } = {},
): Promise<boolean> {
  const { forge, repo, text } = answer;
  const before = await rowOf(tables, answer);
  if (once && before?.once === 1) return false;
  const rest = {
    text,
    repo_name: answer.repoName,
    actor: JSON.stringify(answer.actor),
    once: once ? 1 : (before?.once ?? 0),
  };
  await tables.db
    .insertInto("answers")
    .values({ forge, repo, thread: threadKey(answer.thread), ...rest })
    .onConflict((conflict) => conflict.columns(["forge", "repo", "thread"]).doUpdateSet(rest))
    .execute();
  return true;
}

/** Take an answer back, but for what is told once only. */
export async function clearAnswer({ db }: Tables, { forge, repo, thread }: ThreadPlace): Promise<void> {
  await db
    .updateTable("answers")
    .set({ text: "" })
    .where("forge", "=", forge)
    .where("repo", "=", repo)
    .where("thread", "=", threadKey(thread))
    .execute();
}
