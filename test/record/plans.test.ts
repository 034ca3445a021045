import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Kysely, sql } from "kysely";

import { questionsTo } from "../../bench/queue/reads.ts";
import type { Engine } from "../../src/record/engine.ts";
import { migrate } from "../../src/record/migrations/migrate.ts";
import { createMutex } from "../../src/record/sqlite/mutex.ts";
import type { Database } from "../../src/record/schema.ts";
import { ImmediateSqliteDialect } from "../../src/record/sqlite/dialect.ts";
import { COLUMN_TYPES } from "../../src/record/sqlite.ts";
import { createStore } from "../../src/record/store.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** What may be read whole: tables whose rows do not grow with what has happened. */
const SHORT = /\bjobs\b|USING (COVERING )?INDEX runs_(active|line|group)/;

describe("what is asked of an SQLite store", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let database: DatabaseSync;
  let asked: string[];
  let engine: Engine;
  beforeEach(async () => {
    folder = await temporaryFolder();
    database = new DatabaseSync(join(folder.path, "store.db"));
    asked = [];
    const db = new Kysely<Database>({
      dialect: new ImmediateSqliteDialect(database, createMutex()),
      log: ({ query }) => void asked.push(query.sql),
    });
    await db.transaction().execute((transaction) => migrate(transaction, COLUMN_TYPES));
    engine = {
      db,
      now: sql<number>`cast(round(unixepoch('subsec') * 1000) as integer)`,
      locksRows: false,
      isBusy: () => false,
      isCut: () => false,
      translate: (error) => error,
      record: () => Promise.resolve({ recorded: "ignored" }),
      close: () => db.destroy(),
    };
  });
  afterEach(async () => {
    await engine.close();
    await folder[Symbol.asyncDispose]();
  });

  it("is never answered by looking through, or sorting, all runs or deliveries that there ever were", async () => {
    const store = createStore(engine, () => undefined);
    const questions = await questionsTo(store);
    asked = [];
    for (const ask of Object.values(questions)) await ask(1).catch(() => undefined);
    const slow = [...new Set(asked)].filter(isQuestion).flatMap((text) => {
      const lines = database.prepare(`explain query plan ${text}`).all();
      const plan = lines.map(({ detail }) => String(detail)).join("; ");
      // A list may be read from its end: it stops as soon as it is full.
      const scans =
        /SCAN (runs|deliveries)(?! USING INDEX)/.test(plan) && !text.includes('order by "id" desc limit');
      return (scans || plan.includes("TEMP B-TREE FOR ORDER BY")) && !SHORT.test(plan)
        ? [`${text}: ${plan}`]
        : [];
    });
    expect(slow).toEqual([]);
    expect(asked.length).toBeGreaterThan(30);
  });
});

const isQuestion = (text: string): boolean => /^\s*select/i.test(text);
