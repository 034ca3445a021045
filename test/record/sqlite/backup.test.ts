import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { silent } from "../../../src/core/log.ts";
import { openSqlite } from "../../../src/record/sqlite.ts";
import { backUpSqlite } from "../../../src/record/sqlite/backup.ts";
import type { Temporary } from "../../support/temporary.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** Enough that it is copied in several steps, in bytes of one body and in bodies. */
const BODY = 1024 ** 2;
const BODIES = 30;

let folder: Temporary;
let writer: DatabaseSync;
let from: string;
let to: string;
let written: number;

beforeEach(async () => {
  folder = await temporaryFolder();
  from = join(folder.path, "forgehand.db");
  to = join(folder.path, "copy.db");
  await (await openSqlite({ path: from, log: silent })).close();
  // It has no patience: whoever holds a lock makes it throw.
  writer = new DatabaseSync(from, { timeout: 0 });
  written = 0;
  for (let count = 0; count < BODIES; count++) receive();
});

afterEach(async () => {
  writer.close();
  await folder[Symbol.asyncDispose]();
});

function receive(): void {
  written += 1;
  writer
    .prepare(
      "insert into deliveries (forge, door, delivery_id, event, headers, rewritten, reading, reason, received_at, body) values ('github', '', ?, 'push', '{}', 0, 'event', '', 0, ?)",
    )
    .run(String(written), Buffer.alloc(BODY, written));
}

const copies = () => readdirSync(folder.path).filter((name) => name.includes("copy.db"));

describe("the backup of a store", () => {
  it("is of one moment, keeps nobody from writing, and never begins anew for somebody who writes all the time", async () => {
    const steps: number[] = [];
    const made = await backUpSqlite({
      from,
      to,
      onProgress: (copied) => {
        steps.push(copied);
        receive();
      },
    });
    expect(steps.length).toBeGreaterThan(2);
    expect(steps).toEqual([...new Set(steps)].sort((one, other) => one - other));
    expect(made).toMatchObject({ path: to, deliveries: BODIES, runs: 0 });
    expect(written).toBe(BODIES + steps.length);
    const copied = new DatabaseSync(to, { readOnly: true });
    expect(copied.prepare("select count(*) as count from deliveries").get()?.count).toBe(BODIES);
    copied.close();
  });

  it("leaves nothing when it is stopped on the way", async () => {
    const stopping = new AbortController();
    const made = backUpSqlite({ from, to, signal: stopping.signal, onProgress: () => stopping.abort() });
    await expect(made).rejects.toMatchObject({
      code: "BACKUP_FAILED",
      message: "The backup was stopped. Nothing was written.",
    });
    expect(copies()).toEqual([]);
  });

  it("leaves the older one when it is stopped on the way", async () => {
    await backUpSqlite({ from, to });
    receive();
    const stopping = new AbortController();
    const { signal } = stopping;
    const made = backUpSqlite({ from, to, force: true, signal, onProgress: () => stopping.abort() });
    await expect(made).rejects.toMatchObject({ code: "BACKUP_FAILED" });
    expect(copies()).toEqual(["copy.db"]);
    const copied = new DatabaseSync(to, { readOnly: true });
    expect(copied.prepare("select count(*) as count from deliveries").get()?.count).toBe(BODIES);
    copied.close();
  });
});
