import type { Kysely } from "kysely";

/** Which workers may take a run. */
export async function tagRuns({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable("runs").addColumn("tags", "text").execute();
}
