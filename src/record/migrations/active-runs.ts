import type { Kysely } from "kysely";

/**
 * What is asked of many runs takes no longer than of few: those that are not over have short indexes of their own, and
 * lists are read in the order of their ids. Neither engine sorts or looks through what is long over.
 */
export async function indexActiveRuns({ schema }: Kysely<unknown>): Promise<void> {
  for (const name of ["runs_line", "runs_group"]) await schema.dropIndex(name).execute();
  const active = {
    runs_line: ["automation", "state", "waits_for"],
    runs_group: ["concurrency_group", "state"],
    runs_active_thread: ["forge", "repo_id", "thread", "automation"],
    runs_active_ref: ["forge", "repo_id", "ref", "automation"],
    runs_active: ["forge", "repo_id", "state"],
  };
  for (const [name, columns] of Object.entries(active)) {
    await schema
      .createIndex(name)
      .on("runs")
      .columns(columns)
      .where("finished_at" as never, "is", null)
      .execute();
  }
  await schema.createIndex("runs_repository").on("runs").columns(["forge", "repo_id", "id"]).execute();
  await schema.createIndex("runs_forge").on("runs").columns(["forge", "id"]).execute();
  await schema.createIndex("deliveries_forge").on("deliveries").columns(["forge", "id"]).execute();
}
