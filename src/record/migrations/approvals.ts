import type { Kysely } from "kysely";

import { filled } from "./filled.ts";

/** What people say to Forgehand: which heads of forks they approve, what waits for that, and what they were answered. */
export async function createApprovals({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("approvals")
    .$call(
      filled({
        automation: "text",
        forge: "text",
        repo: "text",
        thread: "text",
        sha: "text",
        actor: "text",
        comment: "text",
        approved_at: "bigint",
      }),
    )
    .addPrimaryKeyConstraint("approvals_key", ["forge", "repo", "thread", "automation", "sha"])
    .execute();
  await schema
    .createTable("waits")
    .$call(
      filled({
        automation: "text",
        forge: "text",
        repo: "text",
        thread: "text",
        sha: "text",
        delivery: "text",
        repo_name: "text",
        began_at: "bigint",
      }),
    )
    .addPrimaryKeyConstraint("waits_key", ["forge", "repo", "thread", "automation", "sha", "delivery"])
    .execute();
  await schema
    .createTable("answers")
    .$call(
      filled({
        forge: "text",
        repo: "text",
        thread: "text",
        repo_name: "text",
        actor: "text",
        text: "text",
        once: "bigint",
      }),
    )
    .addPrimaryKeyConstraint("answers_key", ["forge", "repo", "thread"])
    .execute();
  await schema.createIndex("runs_automation").on("runs").columns(["automation", "id"]).execute();
}
