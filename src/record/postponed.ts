import { sql } from "kysely";

import { threadKey } from "../core/event.ts";
import type { Postponed, RequestKey } from "../core/store.ts";
import type { Tables } from "./engine.ts";

/** Keep that a delivery waits for the end of a run. */
export async function insertPostponed({ db }: Tables, { thread, ...postponed }: Postponed): Promise<void> {
  await db
    .insertInto("postponed")
    .values({ ...postponed, thread: threadKey(thread) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Forget what waits for the end of a run of an automation on an issue or pull request; gives back its deliveries. */
export async function removePostponed(
  { db }: Tables,
  { automation, forge, repo, thread }: RequestKey,
): Promise<string[]> {
  const place = { automation, forge, repo, thread: threadKey(thread) };
  const rows = await db
    .selectFrom("postponed")
    .select("delivery")
    .where((eb) => eb.and(place))
    .orderBy(sql`cast(delivery as bigint)`)
    .execute();
  if (rows.length === 0) return [];
  await db
    .deleteFrom("postponed")
    .where((eb) => eb.and(place))
    .execute();
  return rows.map(({ delivery }) => delivery);
}
