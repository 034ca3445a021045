import { sql } from "kysely";

import type { TurnedAway } from "../core/store.ts";
import type { Tables } from "./engine.ts";

/** Rows that are kept: anybody can send what is turned away, so they may not grow. */
const MOST = 100;

export async function addTurnedAway({ db }: Tables, turned: TurnedAway): Promise<void> {
  const { forge, address, reason, count } = turned;
  const last_at = turned.lastAt.getTime();
  await db
    .insertInto("turned_away")
    .values({ forge, address, reason, count, first_at: turned.firstAt.getTime(), last_at })
    .onConflict((conflict) =>
      conflict.columns(["forge", "address", "reason"]).doUpdateSet({
        count: sql<number>`turned_away.count + ${count}`,
        last_at: sql<number>`case when turned_away.last_at > ${last_at} then turned_away.last_at else ${last_at} end`,
      }),
    )
    .execute();
  const oldest = db
    .selectFrom("turned_away")
    .select("last_at")
    .orderBy("last_at", "desc")
    .offset(MOST)
    .limit(1);
  await db.deleteFrom("turned_away").where("last_at", "<=", oldest).execute();
}

export async function listTurnedAway({ db }: Tables): Promise<TurnedAway[]> {
  const rows = await db
    .selectFrom("turned_away")
    .selectAll()
    .orderBy("last_at", "desc")
    .limit(MOST)
    .execute();
  return rows.map(({ first_at, last_at, ...row }) => ({
    ...row,
    firstAt: new Date(first_at),
    lastAt: new Date(last_at),
  }));
}
