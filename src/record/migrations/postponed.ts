import type { Kysely } from "kysely";

import { filled } from "./filled.ts";

/** What was said while a run was under way, and the way from a branch to the runs that pushed to it. */
export async function createPostponed({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("postponed")
    .$call(filled({ automation: "text", forge: "text", repo: "text", thread: "text", delivery: "text" }))
    .addPrimaryKeyConstraint("postponed_key", ["forge", "repo", "thread", "automation", "delivery"])
    .execute();
  await schema.createIndex("runs_branch").on("runs").columns(["forge", "repo_id", "branch"]).execute();
}
