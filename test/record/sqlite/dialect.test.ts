import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Kysely } from "kysely";

import type { Mutex } from "../../../src/record/sqlite/mutex.ts";
import { createMutex } from "../../../src/record/sqlite/mutex.ts";
import { ImmediateSqliteDialect } from "../../../src/record/sqlite/dialect.ts";

describe("Kysely over node:sqlite", () => {
  let database: DatabaseSync;
  let mutex: Mutex;
  let db: Kysely<{ things: { name: string } }>;
  beforeEach(async () => {
    database = new DatabaseSync(":memory:");
    mutex = createMutex();
    db = new Kysely({ dialect: new ImmediateSqliteDialect(database, mutex) });
    await db.schema.createTable("things").addColumn("name", "text").execute();
  });
  afterEach(() => db.destroy());

  const names = async () => (await db.selectFrom("things").selectAll().execute()).map(({ name }) => name);

  it("keeps whoever else uses the connection out of its transactions", async () => {
    let inside = false;
    const transaction = db.transaction().execute(async (tx) => {
      inside = true;
      await tx.insertInto("things").values({ name: "one" }).execute();
      expect(mutex.held).toBe(true);
      inside = false;
    });
    await mutex.acquire();
    expect(inside).toBe(false);
    mutex.release();
    await transaction;
    expect(mutex.held).toBe(false);
  });

  it("lets the next in after a transaction that failed", async () => {
    const failing = db.transaction().execute(async (tx) => {
      await tx.insertInto("things").values({ name: "one" }).execute();
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await names()).toEqual([]);
  });

  it("tells what happened when SQLite itself undid the transaction", async () => {
    database.exec("pragma max_page_count = 3");
    const name = "x".repeat(1_000_000);
    const failing = db.transaction().execute((tx) => tx.insertInto("things").values({ name }).execute());
    await expect(failing).rejects.toThrow("full");
    expect(await names()).toEqual([]);
  });

  it("goes on preparing when it has seen more statements than it keeps", async () => {
    for (let width = 1; width <= 250; width += 1) {
      const values = Array.from({ length: width }, () => ({ name: "one" }));
      await db.insertInto("things").values(values).execute();
    }
    expect(await names()).toHaveLength((250 * 251) / 2);
  });
});
