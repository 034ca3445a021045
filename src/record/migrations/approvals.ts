import type { Kysely } from "kysely";

/** What people say to Forgehand: which heads of forks they approve, what waits for that, and what they were answered. */
export async function createApprovals({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("approvals")
    .addColumn("automation", "text", (column) => column.notNull())
    .addColumn("forge", "text", (column) => column.notNull())
    .addColumn("repo", "text", (column) => column.notNull())
    .addColumn("thread", "text", (column) => column.notNull())
    .addColumn("sha", "text", (column) => column.notNull())
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("comment", "text", (column) => column.notNull())
    .addColumn("approved_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("approvals_key", ["forge", "repo", "thread", "automation", "sha"])
    .execute();
  await schema
    .createTable("waits")
    .addColumn("automation", "text", (column) => column.notNull())
    .addColumn("forge", "text", (column) => column.notNull())
    .addColumn("repo", "text", (column) => column.notNull())
    .addColumn("thread", "text", (column) => column.notNull())
    .addColumn("sha", "text", (column) => column.notNull())
    .addColumn("delivery", "text", (column) => column.notNull())
    .addColumn("repo_name", "text", (column) => column.notNull())
    .addColumn("began_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("waits_key", ["forge", "repo", "thread", "automation", "sha", "delivery"])
    .execute();
  await schema
    .createTable("answers")
    .addColumn("forge", "text", (column) => column.notNull())
    .addColumn("repo", "text", (column) => column.notNull())
    .addColumn("thread", "text", (column) => column.notNull())
    .addColumn("repo_name", "text", (column) => column.notNull())
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("once", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("answers_key", ["forge", "repo", "thread"])
    .execute();
  await schema.createIndex("runs_automation").on("runs").columns(["automation", "id"]).execute();
}
