import type { Kysely } from "kysely";

/** What was said while a run was under way, and the way from a branch to the runs that pushed to it. */
export async function createPostponed({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("postponed")
    .addColumn("automation", "text", (column) => column.notNull())
    .addColumn("forge", "text", (column) => column.notNull())
    .addColumn("repo", "text", (column) => column.notNull())
    .addColumn("thread", "text", (column) => column.notNull())
    .addColumn("delivery", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("postponed_key", ["forge", "repo", "thread", "automation", "delivery"])
    .execute();
  await schema.createIndex("runs_branch").on("runs").columns(["forge", "repo_id", "branch"]).execute();
}
