import type { Kysely } from "kysely";

/** What a run goes on from, what it may not run beside, and what its agent said and cost. */
export async function extendRuns({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable("runs").addColumn("follows", "bigint").execute();
  for (const name of ["concurrency_group", "agent", "result", "usage"]) {
    await schema.alterTable("runs").addColumn(name, "text").execute();
  }
  await schema.createIndex("runs_group").on("runs").columns(["concurrency_group", "state"]).execute();
}
