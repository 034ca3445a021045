import type { ColumnBuilderCallback, ColumnDataType, CreateTableBuilder, Kysely } from "kysely";

import { filled } from "./filled.ts";

/** What engines call differently in a `create table`. */
export interface ColumnTypes {
  /** Type and builder of a key that the engine counts up by itself and never gives twice. */
  readonly serial: readonly [ColumnDataType, ColumnBuilderCallback];
  readonly bytes: ColumnDataType;
}

/** The first tables. Integers are `bigint`, since times in milliseconds need more than 32 bits. */
export async function createTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("deliveries")
    .addColumn("id", ...types.serial)
    .$call(
      filled({
        forge: "text",
        door: "text",
        delivery_id: "text",
        event: "text",
        headers: "text",
        rewritten: "bigint",
        reading: "text",
        reason: "text",
        received_at: "bigint",
      }),
    )
    .addColumn("body", types.bytes)
    .addUniqueConstraint("deliveries_once", ["forge", "door", "delivery_id"])
    .execute();
  await schema
    .createTable("decisions")
    .addColumn("delivery", "bigint", (column) => column.primaryKey().references("deliveries.id"))
    .addColumn("decisions", "text", (column) => column.notNull())
    .execute();
  await schema
    .createTable("jobs")
    .$call(filled({ stage: "text", subject: "text", revision: "bigint", attempts: "bigint" }))
    .addColumn("ready_at", "bigint")
    .addColumn("lease_token", "text")
    .addColumn("taken_over", "bigint", (column) => column.notNull())
    .addColumn("again_at", "bigint")
    .addColumn("error", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("jobs_key", ["stage", "subject"])
    .execute();
  await schema.createIndex("jobs_ready").on("jobs").columns(["stage", "ready_at"]).execute();
  await createRuns(db, types);
  await createMarks(db);
}

async function createRuns({ schema }: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  let runs: CreateTableBuilder<string, string> = schema.createTable("runs").addColumn("id", ...types.serial);
  const texts = ["key", "automation", "forge", "delivery", "event", "repo", "actor", "repo_id", "context"];
  for (const name of [...texts, "state", "reason"]) {
    runs = runs.addColumn(name, "text", (column) => column.notNull());
  }
  for (const name of ["publishes", "comments", "depth", "attempts", "created_at"]) {
    runs = runs.addColumn(name, "bigint", (column) => column.notNull());
  }
  for (const name of [
    "sha",
    "ref",
    "label",
    "cancel_requested",
    "branch",
    "pushed_sha",
    "pull_request",
    "thread",
  ]) {
    runs = runs.addColumn(name, "text");
  }
  for (const name of ["started_at", "command_started_at", "finished_at", "exit_code"]) {
    runs = runs.addColumn(name, "bigint");
  }
  const places = ["status_place", "comment_place", "labels_place"];
  for (const name of places) runs = runs.addColumn(name, "text");
  await runs.addUniqueConstraint("runs_once", ["key"]).execute();
  for (const name of places) {
    await schema.createIndex(`runs_${name}`).on("runs").columns([name, "automation"]).execute();
  }
  await schema.createIndex("runs_state").on("runs").columns(["state"]).execute();
  await schema.createIndex("runs_subject").on("runs").columns(["forge", "repo_id", "thread"]).execute();
  await schema.createIndex("runs_pushed").on("runs").columns(["forge", "repo_id", "pushed_sha"]).execute();
  await schema
    .createTable("log_chunks")
    .addColumn("run", "bigint", (column) => column.notNull().references("runs.id"))
    .$call(filled({ seq: "bigint", text: "text", bytes: "bigint", full: "bigint" }))
    .addPrimaryKeyConstraint("log_chunks_key", ["run", "seq"])
    .execute();
}

async function createMarks({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("requests")
    .$call(
      filled({
        automation: "text",
        forge: "text",
        repo: "text",
        thread: "text",
        generation: "bigint",
        state: "text",
        delivery: "text",
      }),
    )
    .addColumn("labelling", "text")
    .addColumn("run", "bigint")
    .addPrimaryKeyConstraint("requests_key", ["automation", "forge", "repo", "thread"])
    .execute();
  await schema
    .createTable("places")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("comment_id", "text")
    .addColumn("reported", "text")
    .addColumn("refused", "text")
    .addColumn("reported_at", "bigint")
    .execute();
  await schema
    .createTable("refusals")
    .$call(
      filled({ forge: "text", repo: "text", thread: "text", repo_name: "text", actor: "text", text: "text" }),
    )
    .addPrimaryKeyConstraint("refusals_key", ["forge", "repo", "thread"])
    .execute();
  await schema
    .createTable("secrets")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("value", "text", (column) => column.notNull())
    .execute();
  await schema
    .createTable("pulse")
    .addColumn("id", "bigint", (column) => column.primaryKey())
    .addColumn("beat_at", "bigint", (column) => column.notNull())
    .execute();
}
