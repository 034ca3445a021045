import type { Kysely } from "kysely";

import { filled } from "./filled.ts";

/** Up to when the times of each schedule were seen to, and what was turned away. */
export async function createSchedules({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("schedules")
    .$call(filled({ automation: "text", cron: "text", timezone: "text", seen_until: "bigint" }))
    .addPrimaryKeyConstraint("schedules_key", ["automation", "cron", "timezone"])
    .execute();
  await schema
    .createTable("turned_away")
    .$call(
      filled({
        forge: "text",
        address: "text",
        reason: "text",
        count: "bigint",
        first_at: "bigint",
        last_at: "bigint",
      }),
    )
    .addPrimaryKeyConstraint("turned_away_key", ["forge", "address", "reason"])
    .execute();
}
