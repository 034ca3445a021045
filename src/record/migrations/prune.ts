import type { Kysely } from "kysely";

/** The ways from a delivery to what still needs it, and from a run to those that follow it. */
export async function indexForPruning({ schema }: Kysely<unknown>): Promise<void> {
  for (const table of ["runs", "requests", "waits", "postponed"]) {
    await schema.createIndex(`${table}_delivery`).on(table).column("delivery").execute();
  }
  await schema.createIndex("runs_follows").on("runs").column("follows").execute();
}
