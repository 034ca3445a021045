import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { isSqliteBusy, translateSqlite } from "../../../src/record/sqlite/errors.ts";
import { temporaryFolder } from "../../support/temporary.ts";

describe("errors of SQLite", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let path: string;
  let database: DatabaseSync;
  beforeEach(async () => {
    folder = await temporaryFolder();
    path = join(folder.path, "some.db");
    database = new DatabaseSync(path);
    database.exec("create table things (name text not null)");
  });
  afterEach(async () => {
    database.close();
    await folder[Symbol.asyncDispose]();
  });

  function errorOf(attempt: () => unknown): unknown {
    try {
      attempt();
    } catch (error) {
      return error;
    }
    throw new Error("it should have failed");
  }

  it("names a disk without room", () => {
    database.exec("pragma max_page_count = 3");
    const error = errorOf(() => database.exec("insert into things select hex(randomblob(1000000))"));
    const expected = { code: "STORE_FULL", retryable: true };
    expect(translateSqlite(error, path)).toMatchObject({
      ...expected,
      message: expect.stringMatching(/is full: free some room/),
    });
  });

  it("names a file that may not be written", () => {
    const reader = new DatabaseSync(path, { readOnly: true });
    const error = errorOf(() => reader.exec("insert into things values ('one')"));
    reader.close();
    expect(translateSqlite(error, path)).toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/read-only/),
    });
  });

  it("knows a lock that somebody else holds", () => {
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    const error = errorOf(() => database.exec("begin immediate"));
    other.close();
    expect(isSqliteBusy(error)).toBe(true);
    expect(translateSqlite(error, path)).toMatchObject({ code: "STORE_BUSY", retryable: true });
  });

  it("leaves a defect of ours as it is", () => {
    const error = errorOf(() => database.exec("insert into things values (null)"));
    expect(isSqliteBusy(error)).toBe(false);
    expect(translateSqlite(error, path)).toBe(error);
  });
});
