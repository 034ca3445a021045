import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import type { Arrival } from "../../core/store.ts";
import { isKeptWhole, isMatchable, toDeliveryRow } from "../arrivals.ts";
import type { Entry, Tables } from "../engine.ts";
import { askQuery } from "../jobs.ts";

const INSERT = `insert into deliveries
  (forge, door, delivery_id, event, headers, rewritten, reading, reason, received_at, body)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (forge, door, delivery_id) do nothing`;

const FIND = `select id, reading = 'event' and body is not null as matchable from deliveries
  where forge = ? and door = ? and delivery_id = ?`;

/** A light row becomes whole when its delivery comes again after an automation that wants it was added. */
const FILL = `update deliveries set body = ?, reading = 'event', reason = '' where id = ?`;

/**
 * Writes arrivals within a transaction of the caller. Synchronous, with statements prepared once: this is what every
 * delivery costs.
 */
export function prepareArrivals(database: DatabaseSync, tables: Tables): (arrival: Arrival) => Entry {
  const insert = database.prepare(INSERT);
  const find = database.prepare(FIND);
  const fill = database.prepare(FILL);
  const ask = prepareAsk(database, tables);

  return (arrival) => {
    const row = toDeliveryRow(arrival);
    const { changes, lastInsertRowid } = insert.run(
      row.forge,
      row.door,
      row.delivery_id,
      row.event,
      row.headers,
      row.rewritten,
      row.reading,
      row.reason,
      row.received_at,
      row.body,
    );
    if (Number(changes) === 1) {
      if (isMatchable(arrival)) return { recorded: "recorded", asked: ask(String(lastInsertRowid)) };
      return { recorded: isKeptWhole(arrival) ? "recorded" : "ignored" };
    }
    const there = find.get(row.forge, row.door, row.delivery_id);
    const id = Number(there?.id);
    if (there?.matchable === 1) return { recorded: "duplicate", asked: ask(String(id)) };
    if (!isMatchable(arrival)) return { recorded: "duplicate" };
    fill.run(row.body, id);
    return { recorded: "recorded", asked: ask(String(id)) };
  };
}

/** The Store's own query for asking, prepared once. Gives back the subject that it asked for. */
function prepareAsk(database: DatabaseSync, tables: Tables): (subject: string) => string {
  const place = "subject";
  const { sql, parameters } = askQuery(tables, [{ stage: "match", subject: place, delay: 0 }]).compile(
    tables.db,
  );
  const statement = database.prepare(sql);
  const values = parameters as readonly SQLInputValue[];
  return (subject) => {
    statement.run(...values.map((value) => (value === place ? subject : value)));
    return subject;
  };
}
