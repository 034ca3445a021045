import type { Kysely } from "kysely";

import { filled } from "./filled.ts";

/** The own config files of repositories, and what a run keeps of its automation in one of them. */
export async function createRepositoryFiles({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("repository_files")
    .$call(filled({ forge: "text", repo_id: "text", repo: "text", branch: "text" }))
    .addColumn("sha", "text")
    .addColumn("text", "text")
    .addColumn("problems", "text", (column) => column.notNull())
    .addColumn("mended", "integer", (column) => column.notNull())
    .addColumn("asked_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("repository_files_key", ["forge", "repo_id"])
    .execute();
  await schema.alterTable("runs").addColumn("written", "text").execute();
}
