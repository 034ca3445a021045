import type { Kysely, RawBuilder } from "kysely";
import { sql } from "kysely";

import type { Arrival } from "../../core/store.ts";
import { isKeptWhole, isMatchable, toDeliveryRow } from "../arrivals.ts";
import { writeAsks } from "../asks.ts";
import type { Entry, Tables } from "../engine.ts";

import { withoutNul } from "./pool.ts";
import type { Database } from "../schema.ts";

/** What is known of a delivery that is there. */
interface There {
  readonly id: number;
  readonly forge: string;
  readonly door: string;
  readonly delivery_id: string;
  /** Whether it has what its `match` job needs. */
  matchable: boolean;
}

const keyOf = ({ forge, door, delivery_id: id }: Pick<There, "forge" | "door" | "delivery_id">): string =>
  JSON.stringify([forge, door, id]);

const keyOfArrival = ({ delivery: { forge, door, id } }: Arrival): string =>
  keyOf({ forge: withoutNul(forge), door: withoutNul(door), delivery_id: withoutNul(id) });

/** Each key once, in the one order that all processes write in, so that none of them wait for each other. */
function firstOfEach(arrivals: readonly Arrival[]): Arrival[] {
  const first = new Map<string, Arrival>();
  for (const arrival of arrivals)
    if (!first.has(keyOfArrival(arrival))) first.set(keyOfArrival(arrival), arrival);
  return [...first].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, arrival]) => arrival);
}

/**
 * Insert the deliveries that are new, with their `match` jobs, by one statement, which is a transaction. Undefined for
 * those that are there, and for the second of two in one group.
 */
export async function insertArrivals(
  { db, now }: Tables,
  arrivals: readonly Arrival[],
): Promise<(Entry | undefined)[]> {
  const { rows } = await sql<There>`
    with added as (
      insert into deliveries
        (forge, door, delivery_id, event, headers, rewritten, reading, reason, received_at, body)
      values ${sql.join(firstOfEach(arrivals).map(valuesOf))}
      on conflict (forge, door, delivery_id) do nothing
      returning id, forge, door, delivery_id, reading = 'event' and body is not null as matchable),
    asked as (
      insert into jobs (stage, subject, revision, attempts, ready_at, taken_over, error)
      select 'match', id::text, 1, 0, ${now}, 0, '' from added where matchable order by id)
    select * from added`.execute(db);
  const added = new Map(rows.map((row) => [keyOf(row), row]));
  return arrivals.map((arrival) => {
    const key = keyOfArrival(arrival);
    const row = added.get(key);
    if (row === undefined) return undefined;
    added.delete(key);
    if (row.matchable) return { recorded: "recorded", asked: String(row.id) };
    return { recorded: isKeptWhole(arrival) ? "recorded" : "ignored" };
  });
}

function valuesOf(arrival: Arrival): RawBuilder<unknown> {
  const row = toDeliveryRow(arrival);
  const columns = [row.forge, row.door, row.delivery_id, row.event, row.headers];
  const rest = [row.rewritten, row.reading, row.reason, row.received_at, row.body];
  return sql`(${sql.join([...columns, ...rest])})`;
}

/** A delivery was there and was deleted since, so that it has to be recorded anew: for us as if it collided with that. */
class Gone extends Error {
  readonly code = "40001";
}

/** Ask again for the jobs of deliveries that are there, and make those whole that were light rows and are wanted now. */
export function repeatArrivals(tables: Tables, arrivals: readonly Arrival[]): Promise<Entry[]> {
  return tables.db.transaction().execute(async (db) => {
    const there = await findThere(db, firstOfEach(arrivals));
    const entries: Entry[] = [];
    for (const arrival of arrivals) {
      const row = there.get(keyOfArrival(arrival));
      if (row === undefined) throw new Gone();
      entries.push(await repeat(db, arrival, row));
    }
    const subjects = new Set(entries.flatMap(({ asked }) => asked ?? []));
    const asks = [...subjects].map((subject) => ({ stage: "match", subject, delay: 0 }) as const);
    await writeAsks({ ...tables, db }, asks);
    return entries;
  });
}

async function repeat(db: Kysely<Database>, arrival: Arrival, row: There): Promise<Entry> {
  const asked = String(row.id);
  if (row.matchable) return { recorded: "duplicate", asked };
  if (!isMatchable(arrival)) return { recorded: "duplicate" };
  row.matchable = true;
  const filled = await sql`
    update deliveries set body = ${arrival.delivery.body}, reading = 'event', reason = ''
    where id = ${row.id} and not (reading = 'event' and body is not null)`.execute(db);
  // Another process may have made it whole since we looked.
  return { recorded: filled.numAffectedRows === 1n ? "recorded" : "duplicate", asked };
}

async function findThere(db: Kysely<Database>, arrivals: readonly Arrival[]): Promise<Map<string, There>> {
  const keys = arrivals.map(({ delivery: { forge, door, id } }) => sql`(${forge}, ${door}, ${id})`);
  const { rows } = await sql<There>`
    select id, forge, door, delivery_id, reading = 'event' and body is not null as matchable from deliveries
    where (forge, door, delivery_id) in (${sql.join(keys)})`.execute(db);
  return new Map(rows.map((row) => [keyOf(row), row]));
}
