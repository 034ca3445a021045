import { sql } from "kysely";

import type { Tables } from "./engine.ts";

/** The number of our lock among those of the database. */
const DECISIONS = 7_310_001;

/** Wait until no other transaction on the same tables decides, and let none begin until this one ends. */
export async function lockDecisions({ db }: Tables): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(DECISIONS)}, hashtext(current_schema()))`.execute(db);
}
