import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { describe, expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { freshPostgres, missingPostgres } from "../support/postgres.ts";
import { newRun } from "../support/samples.ts";
import { describeWith } from "../support/services.ts";
import { folderWith, forgehand } from "./command.ts";

/** A data folder with one run, and the command there. */
async function place() {
  const cwd = folderWith();
  const path = join(cwd, "forgehand.db");
  const store = await openSqlite({ path, log: silent });
  await store.change((transaction) => transaction.addRun(newRun()));
  await store.close();
  const migrate = (args: readonly string[], environment: Record<string, string> = {}) =>
    forgehand(["migrate", "--data", ".", ...args], { cwd, environment });
  return { cwd, path, migrate };
}

describe("forgehand migrate", () => {
  it("says what it wants to know, and shows no password", async () => {
    const { migrate } = await place();
    const told = await migrate([]);
    expect([told.code, told.stdout]).toEqual([2, ""]);
    expect(told.stderr).toMatch(/^Say where the history goes, such as --to postgres:/);
    const turned = await migrate(["--from", "postgres://bot:hunter2@db/forgehand", "--to", "sqlite:new.db"]);
    expect([turned.code, turned.stderr]).toEqual([2, expect.stringMatching(/Only SQLite can be moved/)]);
    const unread = await migrate(["--to", "postgres://bot:hunter/2@db:5432:1/x"]);
    expect([turned.stderr, unread.stderr].join()).not.toMatch(/hunter/);
  });

  it("says that there is nothing to reopen", async () => {
    const { migrate, path } = await place();
    const { code, stdout } = await migrate(["--reopen"]);
    expect([code, stdout]).toEqual([0, `${path}: was not moved away, so there is nothing to do\n`]);
  });
});

describeWith(missingPostgres)("forgehand migrate to PostgreSQL", () => {
  it("tells what was moved as JSON, and takes the database of the config for what is not said", async () => {
    await using database = await freshPostgres();
    const { migrate, path } = await place();
    const environment = { DATABASE_URL: database.url };
    const { code, stdout, stderr } = await migrate(["--json", "--from", "sqlite:forgehand.db"], environment);
    expect([code, stderr]).toEqual([0, ""]);
    const { tables, ...rest } = JSON.parse(stdout) as { tables: object[] };
    expect(rest).toEqual({ place: expect.any(String), copied: true, seconds: expect.any(Number) });
    const sum = { rows: 1, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(tables).toContainEqual({ table: "runs", from: sum, to: sum, same: true });
    const again = await migrate(["--to", database.url]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/The history was moved to/)]);
    expect(await migrate(["--reopen"])).toMatchObject({ code: 0, stdout: `${path}: goes on again\n` });
  });

  it("compares, and ends with an exit code where the two differ", async () => {
    await using database = await freshPostgres();
    const { migrate, path } = await place();
    await migrate(["--to", database.url]);
    expect(await migrate(["--check", "--to", database.url])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Both hold the same\.\n$/),
    });
    await migrate(["--reopen"]);
    const file = new DatabaseSync(path);
    file.exec("update runs set reason = 'another'");
    file.close();
    expect(await migrate(["--check", "--to", database.url])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^runs +1 +1 +.* DIFFERENT$/m),
    });
  });
});
