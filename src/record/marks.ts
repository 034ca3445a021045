import type { Thread } from "../core/event.ts";
import { threadKey } from "../core/event.ts";
import type { PlaceRecord, Refusal, Request, RequestKey } from "../core/store.ts";
import type { Tables } from "./engine.ts";
import { fromPlace, fromRequest, toPlace, toRefusal, toRequest } from "./rows.ts";

export async function findRequest({ db }: Tables, key: RequestKey): Promise<Request | undefined> {
  const row = await db
    .selectFrom("requests")
    .selectAll()
    .where("automation", "=", key.automation)
    .where("forge", "=", key.forge)
    .where("repo", "=", key.repo)
    .where("thread", "=", threadKey(key.thread))
    .executeTakeFirst();
  return row && toRequest(row);
}

export async function saveRequest({ db }: Tables, request: Request): Promise<void> {
  const { automation, forge, repo, thread, ...rest } = fromRequest(request);
  await db
    .insertInto("requests")
    .values({ automation, forge, repo, thread, ...rest })
    .onConflict((conflict) => conflict.columns(["automation", "forge", "repo", "thread"]).doUpdateSet(rest))
    .execute();
}

export async function findPlace({ db }: Tables, key: string): Promise<PlaceRecord | undefined> {
  const row = await db.selectFrom("places").selectAll().where("key", "=", key).executeTakeFirst();
  return row && toPlace(row);
}

export async function savePlace({ db }: Tables, place: PlaceRecord): Promise<void> {
  const { key, ...rest } = fromPlace(place);
  await db
    .insertInto("places")
    .values({ key, ...rest })
    .onConflict((conflict) => conflict.column("key").doUpdateSet(rest))
    .execute();
}

/** Keep a refusal. False when one was told there already. */
export async function insertRefusal({ db }: Tables, refusal: Refusal): Promise<boolean> {
  const { forge, repo, thread, text } = refusal;
  const row = {
    forge,
    repo,
    thread: threadKey(thread),
    text,
    repo_name: refusal.repoName,
    actor: JSON.stringify(refusal.actor),
  };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto("refusals")
    .values(row)
    .onConflict((conflict) => conflict.columns(["forge", "repo", "thread"]).doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function findRefusals(
  { db }: Tables,
  forge: string,
  repo: string,
  thread: Thread,
): Promise<Refusal[]> {
  const rows = await db
    .selectFrom("refusals")
    .selectAll()
    .where("forge", "=", forge)
    .where("repo", "=", repo)
    .where("thread", "=", threadKey(thread))
    .execute();
  return rows.map(toRefusal);
}

/** The secret of a name; the first that was written stays. */
export async function keepSecret({ db }: Tables, name: string, make: () => string): Promise<string> {
  const find = () => db.selectFrom("secrets").select("value").where("name", "=", name).executeTakeFirst();
  const there = await find();
  if (there !== undefined) return there.value;
  const value = make();
  await db
    .insertInto("secrets")
    .values({ name, value })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute();
  return (await find())?.value ?? value;
}

/** Write one small row: only a write tells that the store can be written. */
export async function beat({ db, now }: Tables): Promise<void> {
  await db
    .insertInto("pulse")
    .values({ id: 1, beat_at: now })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ beat_at: now }))
    .execute();
}
