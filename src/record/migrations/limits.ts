import type { Kysely } from "kysely";

/** What a run waits for, that it is to be held back, and how long its earlier attempts took. */
export async function limitRuns({ schema }: Kysely<unknown>): Promise<void> {
  for (const name of ["pause_requested", "waits_for"]) {
    await schema.alterTable("runs").addColumn(name, "text").execute();
  }
  await schema
    .alterTable("runs")
    .addColumn("earlier", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  await schema.createIndex("runs_line").on("runs").columns(["automation", "state", "waits_for"]).execute();
  await schema.createIndex("runs_finished").on("runs").columns(["automation", "finished_at"]).execute();
  await schema.createIndex("runs_ref").on("runs").columns(["forge", "repo_id", "ref"]).execute();
}
