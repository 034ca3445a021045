import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { execa } from "execa";

import { silent } from "../../src/core/log.ts";
import type { Store } from "../../src/core/store.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { storeContract } from "../contracts/store.ts";
import { recordingLog } from "../support/recording-log.ts";
import { arrival, ask, claimed, LONG, recordAndClaim } from "../support/store-samples.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

storeContract({
  name: "SQLite",
  async open() {
    const folder = await temporaryFolder();
    const path = join(folder.path, "store.db");
    return {
      open: (onAsked) => openSqlite({ path, log: silent, ...(onAsked && { onAsked }) }),
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  },
});

describe("SQLite", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let path: string;
  const opened: Store[] = [];
  const { log, lines } = recordingLog();
  const open = async () => {
    const store = await openSqlite({ path, log });
    opened.push(store);
    return store;
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    path = join(folder.path, "store.db");
    lines.length = 0;
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await folder[Symbol.asyncDispose]();
  });

  /** Another program that is in the middle of a long write. */
  function lock(): { release(): void } {
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    return { release: () => other.close() };
  }

  it("loses nothing and doubles nothing when two processes record and claim on one file", async () => {
    const store = await open();
    const script = new URL("../support/record-and-claim.ts", import.meta.url).pathname;
    const other = execa(process.execPath, [script, path, "100", "200"]);
    const ours = await recordAndClaim(store, 0, 100);
    const theirs = JSON.parse((await other).stdout) as string[];
    const deliveries = await store.deliveries({ limit: 200 });
    expect(deliveries).toHaveLength(200);
    const left = await store.jobs({ limit: 200 });
    const subjects = [...ours, ...theirs, ...left.map(({ subject }) => subject)];
    expect(subjects.sort()).toEqual(deliveries.map(({ key }) => key).sort());
  });

  it("tells of stages with jobs that another process asked for, and not of our own", async () => {
    const stirred: string[] = [];
    const watching = await openSqlite({ path, log, onStirred: (stage) => stirred.push(stage) });
    opened.push(watching);
    const other = await open();
    await ask(watching, "match", "ours");
    await claimed(watching, "match");
    await ask(other, "report", "theirs");
    await until(() => stirred.length > 0);
    expect(new Set(stirred)).toEqual(new Set(["report"]));
  });

  it("opens a new file from several sides at once", async () => {
    const stores = await Promise.all([open(), open(), open()]);
    const answers = await Promise.all(stores.map((store) => store.record(arrival())));
    expect(answers.sort()).toEqual(["duplicate", "duplicate", "recorded"]);
  });

  it("keeps everything when it is opened again, and migrates nothing twice", async () => {
    const before = await open();
    await before.record(arrival());
    await opened.splice(0)[0]!.close();
    const after = await open();
    expect(await after.deliveries({ limit: 10 })).toHaveLength(1);
    expect(await claimed(after, "match")).toMatchObject({ attempts: 1 });
  });

  it("refuses a file that a newer Forgehand wrote", async () => {
    await (await open()).close();
    opened.length = 0;
    const newer = new DatabaseSync(path);
    newer.exec("insert into kysely_migration values ('9999-newer', '2099-01-01T00:00:00.000Z')");
    newer.close();
    await expect(open()).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/newer Forgehand/),
    });
  });

  it("says what to do when the folder is not there", async () => {
    path = join(folder.path, "no", "store.db");
    await expect(open()).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/folder/),
    });
  });

  it("refuses a file that is no database", async () => {
    path = new URL(import.meta.url).pathname;
    await expect(open()).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/no SQLite database/),
    });
  });

  it("lets nobody else read the file, which holds the secrets", async () => {
    await (await open()).secret("key", () => "value");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("answers STORE_BUSY when the lock is held beyond the deadline, and works again later", async () => {
    const store = await open();
    const other = lock();
    const deadlines = [30, 60, 60];
    const told = deadlines.map((deadline, index) => store.record(arrival({ id: `${index}` }), { deadline }));
    for (const outcome of await Promise.allSettled(told)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "STORE_BUSY", retryable: true } });
    }
    other.release();
    expect(await store.record(arrival())).toBe("recorded");
  });

  it("goes on by itself when a lock is gone before the deadline", async () => {
    const store = await open();
    const other = lock();
    const recorded = store.record(arrival());
    const asked = ask(store, "report", "place");
    // Nothing was written so far, though the store can be read.
    expect(await store.deliveries({ limit: 10 })).toEqual([]);
    other.release();
    expect(await recorded).toBe("recorded");
    await asked;
    expect(await store.claim("report", { lease: LONG })).toMatchObject({ subject: "place" });
  });

  it("fails the one bad delivery of a group alone", async () => {
    const store = await open();
    const bad = arrival({ id: "bad", receivedAt: new Date(NaN) });
    const told = [arrival({ id: "1" }), bad, arrival({ id: "2" })].map((one) => store.record(one));
    const outcomes = (await Promise.allSettled(told)).map(({ status }) => status);
    expect(outcomes).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await store.deliveries({ limit: 10 })).map(({ id }) => id)).toEqual(["2", "1"]);
    expect(lines).toMatchObject([{ level: "warn", data: { deliveries: 3 } }]);
  });

  it("takes a delivery of 25 MiB as it is", async () => {
    const store = await open();
    const body = new Uint8Array(25 * 1024 * 1024).fill(7);
    expect(await store.record(arrival({ body }))).toBe("recorded");
    const { subject } = await claimed(store, "match");
    expect((await store.delivery(subject))!.body!.byteLength).toBe(body.byteLength);
  });

  it("waits for what is being recorded before it closes", async () => {
    const store = await open();
    const recorded = store.record(arrival());
    await opened.splice(0)[0]!.close();
    expect(await recorded).toBe("recorded");
    expect(await (await open()).deliveries({ limit: 10 })).toHaveLength(1);
  });
});
