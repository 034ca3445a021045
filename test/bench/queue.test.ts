import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { history } from "../../bench/history.ts";
import { queueTable } from "../../bench/queue-table.ts";
import { measureEmpty } from "../../bench/queue/empty.ts";
import { questionsTo } from "../../bench/queue/reads.ts";
import { openAt } from "../../bench/store.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("the bench of the queue", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let database: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    database = `sqlite:${join(folder.path, "store.db")}`;
  });
  afterEach(async () => {
    await folder[Symbol.asyncDispose]();
  });

  it("makes a history that every question of the steps and the pages is answered from", async () => {
    await history(database, { deliveries: 400, runs: 80 }, () => undefined);
    const store = await openAt(database);
    try {
      for (const ask of Object.values(await questionsTo(store))) await ask(1);
      expect(await store.runs({ limit: 200, automation: "deploy" })).not.toHaveLength(0);
      expect(await store.deliveries({ limit: 1, forge: "acme" })).toHaveLength(1);
    } finally {
      await store.close();
    }
  });

  it("adds to a history that is there", async () => {
    await history(database, { deliveries: 10, runs: 2 }, () => undefined);
    await history(database, { deliveries: 10, runs: 2 }, () => undefined);
    const store = await openAt(database);
    expect(await store.deliveries({ limit: 50 })).toHaveLength(20);
    expect(await store.runs({ limit: 50 })).toHaveLength(4);
    await store.close();
  });

  it("counts the empty jobs of workers in processes of their own", async () => {
    await (await openAt(database)).close();
    const place = {
      engine: "sqlite",
      folder: folder.path,
      database,
      queue: "embedded",
      [Symbol.asyncDispose]: () => Promise.resolve(),
    } as const;
    expect(await measureEmpty(place, { workers: 2, jobs: 20 })).toBeGreaterThan(0);
  });

  it("prints what it measured, and what it could not", () => {
    const starts = { p50: 31.24, p99: 80, most: 99, cpu: 14 };
    const table = queueTable({
      bench: "queue",
      limits: { p50: 50, p99: 250, growth: 3.5 },
      size: { rounds: 1, jobs: 1, seconds: 8, each: 1, perSecond: 50 },
      figures: [{ engine: "sqlite", workers: 1, empty: 900, starts, boxed: starts, sleeping: 1.9 }],
      growth: { sqlite: 3.72 },
      skipped: ["postgres, for want of: a server"],
      within: true,
    });
    for (const part of ["sqlite, 1 worker", "31.2", "in the sandbox", "3.72 times", "skipped: postgres"])
      expect(table).toContain(part);
  });
});
