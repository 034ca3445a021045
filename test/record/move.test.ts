import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import type { Store } from "../../src/core/store.ts";
import { compareStores, moveStore } from "../../src/record/move.ts";
import type { MoveOptions } from "../../src/record/move.ts";
import { reopenSource } from "../../src/record/move/source.ts";
import { slicesOf, sumUp, toValue } from "../../src/record/move/sum.ts";
import { TABLES } from "../../src/record/move/tables.ts";
import { openPostgres } from "../../src/record/postgres.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { backUpSqlite } from "../../src/record/sqlite/backup.ts";
import { fillStore, goOn, lookAt } from "../support/full-store.ts";
import type { FreshPostgres } from "../support/postgres.ts";
import { freshPostgres, missingPostgres } from "../support/postgres.ts";
import { describeWith } from "../support/services.ts";
import { arrival } from "../support/store-samples.ts";
import type { Temporary } from "../support/temporary.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** Deliveries beside those that are filled in: enough that they are moved in several slices. */
const MORE = 1_200;

/** The id of the next delivery in PostgreSQL, where one that came again took an id, too. */
const NEXT = MORE + 8;

/** What is in a store while nothing of it was moved. */
const NOTHING = { rows: 0, checksum: "0".repeat(64) };

/** What was looked at, as PostgreSQL keeps it. */
function kept(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "\u{FFFD}");
  if (Array.isArray(value)) return value.map(kept);
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, kept(one)]));
}

describe("the sum of rows", () => {
  const of = (...rows: readonly (readonly unknown[])[]) =>
    sumUp(slicesOf(rows.map((row) => row.map(toValue))));

  it("is the same in any order, and another one for every other value", async () => {
    const one = ["a", 1, null, new Uint8Array([1])];
    const other = ["b", 2, "", new Uint8Array()];
    const sum = await of(one, other);
    expect(sum).toEqual({ rows: 2, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await of(other, one)).toEqual(sum);
    const different = [
      ["a ", 1, null, new Uint8Array([1])],
      ["a", "1", null, new Uint8Array([1])],
      ["a", 1, "", new Uint8Array([1])],
      ["a", 1, null, new Uint8Array([2])],
      ["a", 1, null, null],
    ];
    for (const row of different) expect(await of(row, other)).not.toEqual(sum);
    expect(await of()).toEqual(NOTHING);
  });

  it("tells values from their neighbours, and a row that is there twice", async () => {
    expect(await of(["ab", "c"])).not.toEqual(await of(["a", "bc"]));
    expect(await of([new Uint8Array([1]), new Uint8Array([2, 3])])).not.toEqual(
      await of([new Uint8Array([1, 2]), new Uint8Array([3])]),
    );
    expect((await of(["a"], ["a"])).checksum).not.toBe((await of(["a"])).checksum);
  });

  it("is of text as PostgreSQL keeps it", async () => {
    expect(await of(["a\0b"])).toEqual(await of(["a\u{FFFD}b"]));
  });
});

describeWith(missingPostgres)("a move from SQLite to PostgreSQL", () => {
  let folder: Temporary;
  let database: FreshPostgres;
  let from: string;
  const opened: Store[] = [];
  const sqlite = async () => {
    const store = await openSqlite({ path: from, log: silent });
    opened.push(store);
    return store;
  };
  const postgres = async () => {
    const store = await openPostgres({ url: database.url, log: silent });
    opened.push(store);
    return store;
  };
  const options = (rest: Partial<MoveOptions> = {}): MoveOptions => ({
    from,
    to: database.url,
    log: silent,
    ...rest,
  });
  const count = async () => (await database.query("select count(*)::int as count from deliveries"))[0]?.count;

  beforeEach(async () => {
    folder = await temporaryFolder();
    from = join(folder.path, "forgehand.db");
    database = await freshPostgres();
    const store = await sqlite();
    await fillStore(store);
    const told = Array.from({ length: MORE }, (_, id) =>
      store.record(arrival({ id: `more-${id}` }, { wanted: false })),
    );
    await Promise.all(told);
  });

  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await database[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  /** Write into the file by hand. */
  const inFile = <Result>(work: (file: DatabaseSync) => Result): Result => {
    const file = new DatabaseSync(from, { timeout: 5_000 });
    try {
      return work(file);
    } finally {
      file.close();
    }
  };

  it("knows every table that there is, and here none of them is empty", () => {
    inFile((file) => {
      const made = file
        .prepare(
          "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and name not like 'kysely%'",
        )
        .all();
      expect(made.map(({ name }) => name).sort()).toEqual([...TABLES].sort());
      const empty = TABLES.filter((table) => file.prepare(`select 1 from ${table}`).get() === undefined);
      expect(empty).toEqual([]);
    });
  });

  it("brings all of it over, and the store goes on there", async () => {
    const before = await lookAt(opened[0]!);
    const { place, tables, copied } = await moveStore(options());
    expect([copied, place]).toEqual([true, expect.stringMatching(/^test|^postgres|^root/)]);
    expect(tables.map(({ table }) => table)).toEqual(TABLES);
    expect(tables.filter(({ same, from: { rows } }) => !same || rows === 0)).toEqual([]);
    const store = await postgres();
    expect(await lookAt(store)).toEqual(kept(before));
    expect(await goOn(store)).toEqual({
      again: "duplicate",
      run: 3,
      delivery: NEXT,
      postponed: ["3"],
    });
  });

  it("closes the file: for those that have it open, for those that open it, and for its backup", async () => {
    const [running] = opened;
    await moveStore(options());
    const told = {
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/^The history was moved to the database .* --reopen/),
    };
    await expect(running!.record(arrival({ id: "late" }))).rejects.toMatchObject({
      ...told,
      retryable: true,
    });
    await expect(running!.claim("match", { lease: 1 })).rejects.toMatchObject(told);
    await expect(running!.check()).rejects.toMatchObject(told);
    await expect(sqlite()).rejects.toMatchObject(told);
    await expect(openSqlite({ path: from, log: silent, readOnly: true })).rejects.toMatchObject(told);
    await expect(backUpSqlite({ from, to: join(folder.path, "copy.db") })).rejects.toMatchObject(told);
    await expect(moveStore(options())).rejects.toMatchObject(told);
    for (const table of TABLES)
      expect(() => inFile((file) => file.exec(`delete from ${table}`))).toThrow(/was moved/);
  });

  it("can be taken back, for those that have the file open too", async () => {
    const [running] = opened;
    const before = await lookAt(running!);
    await moveStore(options());
    expect(await reopenSource(from)).toBe(true);
    expect(await reopenSource(from)).toBe(false);
    expect(await lookAt(running!)).toEqual(before);
    expect(await running!.record(arrival({ id: "late" }))).toBe("recorded");
    expect(await (await sqlite()).record(arrival({ id: "late" }))).toBe("duplicate");
  });

  it("gives no id again that was given and whose row is gone", async () => {
    inFile((file) => file.exec("delete from deliveries where id > 10"));
    await moveStore(options());
    expect((await goOn(await postgres())).delivery).toBe(NEXT);
  });

  it("refuses a database in which there is something, and leaves both as they were", async () => {
    const store = await postgres();
    await store.record(arrival({ id: "other" }, { wanted: false }));
    await expect(moveStore(options())).rejects.toMatchObject({
      code: "MOVE_FAILED",
      message: expect.stringMatching(/is not empty \(1 rows in deliveries\)/),
    });
    expect(await store.deliveries({ limit: 10 })).toHaveLength(1);
    expect(await opened[0]!.record(arrival({ id: "late" }))).toBe("recorded");
  });

  it("closes the file when all of it is there already, since it could not be closed before", async () => {
    await moveStore(options());
    await reopenSource(from);
    expect(await moveStore(options())).toMatchObject({ copied: false });
    await expect(sqlite()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });

  it("takes as many rows of another history for no move that was made", async () => {
    await moveStore(options());
    await reopenSource(from);
    inFile((file) => file.exec("update runs set reason = 'another' where id = 1"));
    await expect(moveStore(options())).rejects.toMatchObject({
      code: "MOVE_FAILED",
      message: expect.stringMatching(/another history in runs/),
    });
  });

  it("leaves no half when the connection is cut on the way, and can be tried again", async () => {
    let cut: Promise<number> | undefined;
    const broken = moveStore(
      options({
        onProgress: ({ step }) => {
          if (step === "copied") cut ??= database.cut();
        },
      }),
    );
    await expect(broken).rejects.toMatchObject({
      code: "MOVE_FAILED",
      message: expect.stringMatching(/^The move broke off .* the history is where it was\.$/),
    });
    expect(await cut).toBeGreaterThan(0);
    expect(await count()).toBe(0);
    expect(await opened[0]!.record(arrival({ id: "late" }))).toBe("recorded");
    expect(await moveStore(options())).toMatchObject({ copied: true });
  });

  it("leaves no half when it is stopped on the way", async () => {
    const stopping = new AbortController();
    const { signal } = stopping;
    const stopped = moveStore(options({ signal, onProgress: () => stopping.abort() }));
    await expect(stopped).rejects.toMatchObject({
      code: "MOVE_FAILED",
      message: "The move was stopped. Nothing was moved: the history is where it was.",
    });
    expect(await count()).toBe(0);
    await sqlite();
  });

  it("lets nobody write to the file meanwhile", async () => {
    const [running] = opened;
    let refused: Promise<unknown> | undefined;
    await moveStore(
      options({
        onProgress: () => {
          refused ??= running!
            .record(arrival({ id: "late" }), { deadline: 50 })
            .catch((error: unknown) => error);
        },
      }),
    );
    expect(await refused).toMatchObject({ code: expect.stringMatching(/^STORE_(BUSY|UNAVAILABLE)$/) });
    expect(await (await postgres()).record(arrival({ id: "late" }))).toBe("recorded");
  });

  it("finds by its sums what does not arrive as it was", async () => {
    await (await postgres()).close();
    opened.pop();
    await database.query(
      `create function worse() returns trigger language plpgsql as
        $$ begin if new.seq = 2 then new.text = 'two'; end if; return new; end $$`,
    );
    await database.query(
      "create trigger worse before insert on log_chunks for each row execute function worse()",
    );
    await expect(moveStore(options())).rejects.toMatchObject({
      code: "MOVE_FAILED",
      message: expect.stringMatching(/is not what was sent, in log_chunks\./),
    });
    expect(await count()).toBe(0);
    await sqlite();
  });

  it("compares two stores beside those who write, and finds the table of a row that was changed", async () => {
    await moveStore(options());
    const compared = async () => (await compareStores(options())).filter(({ same }) => !same);
    expect(await compared()).toEqual([]);
    await database.query("update places set reported = 'success'");
    await database.query("delete from secrets");
    expect(await compared()).toMatchObject([
      { table: "places", from: { rows: 1 }, to: { rows: 1 } },
      { table: "secrets", from: { rows: 1 }, to: NOTHING },
    ]);
    await using empty = await freshPostgres();
    await expect(compareStores(options({ to: empty.url }))).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/has no tables of Forgehand/),
    });
  });

  it("makes no file where there is none", async () => {
    const missing = join(folder.path, "missing.db");
    const told = {
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/missing\.db cannot be opened/),
    };
    await expect(moveStore(options({ from: missing }))).rejects.toMatchObject(told);
    await expect(compareStores(options({ from: missing }))).rejects.toMatchObject(told);
    await expect(reopenSource(missing)).rejects.toMatchObject(told);
  });
});
