import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";

import { describe, expect, it } from "@jest/globals";

import { COMMAND } from "../../demo/forgehand.ts";
import { postgresWay } from "../../src/cli/backup.ts";
import { silent } from "../../src/core/log.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { run as sample } from "../support/samples.ts";
import { describeWith, missingOf } from "../support/services.ts";
import { folderWith, forgehand } from "./command.ts";

/** A data folder with two runs, and the command there. */
async function place() {
  const cwd = folderWith();
  const store = await openSqlite({ path: join(cwd, "forgehand.db"), log: silent });
  await store.change(async (transaction) => {
    for (const key of ["one", "two"]) await transaction.addRun(sample({ key, automation: key }));
  });
  await store.close();
  const backup = (...args: string[]) => forgehand(["backup", "--data", ".", ...args], { cwd });
  return { cwd, path: (name: string) => join(cwd, name), backup, files: () => readdirSync(cwd).sort() };
}

const change = (path: string, ...lines: string[]) => {
  const database = new DatabaseSync(path);
  for (const line of lines) database.exec(line);
  database.close();
};

/** Overwrite what is in an index of a table. */
function breakIndex(path: string, table: string): void {
  const database = new DatabaseSync(path);
  const text = "select rootpage from sqlite_schema where type = 'index' and tbl_name = ? limit 1";
  const root = Number(database.prepare(text).get(table)?.rootpage);
  const size = Number(database.prepare("pragma page_size").get()?.page_size);
  database.close();
  const bytes = readFileSync(path);
  // The last bytes of a page are what was put into it first.
  writeFileSync(path, bytes.fill(0x21, root * size - 30, root * size));
}

describe("forgehand backup", () => {
  it("makes one file that stands alone, for its owner only, and says what is in it", async () => {
    const { path, backup, files } = await place();
    const before = files();
    const { code, stdout, stderr } = await backup("copy.db");
    expect([code, stderr]).toEqual([0, ""]);
    const { size, mode } = statSync(path("copy.db"));
    expect(stdout).toMatch(
      new RegExp(
        `^${path("copy.db")}: ${size} bytes, 0 deliveries, 2 runs, made and checked in [\\d.]+ s\n$`,
      ),
    );
    expect((mode & 0o777).toString(8)).toBe("600");
    expect(files()).toEqual([...before, "copy.db"].sort());
    const copied = await openSqlite({ path: path("copy.db"), log: silent });
    expect((await copied.runs({ limit: 10 })).map(({ automation }) => automation)).toEqual(["two", "one"]);
    await copied.close();
  });

  it("tells the same as JSON", async () => {
    const { path, backup } = await place();
    expect(JSON.parse((await backup("copy.db", "--json")).stdout)).toEqual({
      path: path("copy.db"),
      bytes: statSync(path("copy.db")).size,
      deliveries: 0,
      runs: 2,
      seconds: expect.any(Number),
    });
  });

  it("replaces a file only when it is told to", async () => {
    const { path, backup } = await place();
    writeFileSync(path("copy.db"), "older");
    const refused = await backup("copy.db");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/is there already: .* --force/);
    expect(readFileSync(path("copy.db"), "utf8")).toBe("older");
    expect(await backup("copy.db", "--force")).toMatchObject({ code: 0 });
    expect(statSync(path("copy.db")).mode & 0o777).toBe(0o600);
  });

  it("never replaces the database itself, by whatever name", async () => {
    const { path, backup } = await place();
    symlinkSync(path("forgehand.db"), path("other-name"));
    const before = readFileSync(path("forgehand.db"));
    for (const name of ["forgehand.db", "other-name"]) {
      const { code, stderr } = await backup(name, "--force");
      expect([code, stderr]).toEqual([1, expect.stringMatching(/is the database itself/)]);
    }
    expect(readFileSync(path("forgehand.db"))).toEqual(before);
  });

  it("says which folder is missing, and makes none", async () => {
    const { backup, files } = await place();
    const before = files();
    const { code, stderr } = await backup("away/copy.db");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/The folder .*away does not exist/)]);
    expect(files()).toEqual(before);
  });

  it("takes no folder for a file", async () => {
    const { backup } = await place();
    expect(await backup(".")).toMatchObject({ code: 1, stderr: expect.stringMatching(/is a folder/) });
  });

  it("says that there is no database, and makes none", async () => {
    const { path, backup, files } = await place();
    for (const name of files()) rmSync(path(name));
    const { code, stderr } = await backup("copy.db");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/forgehand\.db does not exist/)]);
    expect(files()).toEqual([]);
  });

  it("leaves the database of a newer Forgehand alone", async () => {
    const { path, backup, files } = await place();
    change(path("forgehand.db"), "insert into kysely_migration values ('9999-later', '2030-01-01')");
    const { code, stderr } = await backup("copy.db");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/written by a newer Forgehand/)]);
    expect(files()).not.toContain("copy.db");
  });

  it("makes no copy of what is damaged", async () => {
    const { path, backup, files } = await place();
    breakIndex(path("forgehand.db"), "runs");
    const { code, stderr } = await backup("copy.db");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/damaged/)]);
    expect(files().filter((name) => name.includes("copy"))).toEqual([]);
  });

  it("says what to do instead for PostgreSQL, without the password", () => {
    const said = postgresWay(
      "postgres://bot:s3cret@db.example:5432/forgehand?password=s3cret",
      "/b/it's.dump",
    );
    expect(said).toContain(
      String.raw`pg_dump --format=custom --no-owner --file='/b/it'\''s.dump' 'postgres://bot@db.example:5432/forgehand'`,
    );
    expect(said).not.toContain("s3cret");
  });
});

describeWith(missingOf(["prlimit"]))("forgehand backup on a full disk", () => {
  it("says so and leaves nothing", async () => {
    const { cwd, files } = await place();
    const before = files();
    const words = ["--fsize=40000:", process.execPath, COMMAND, "backup", "--data", ".", "copy.db"];
    const failed = promisify(execFile)("prlimit", words, { cwd, env: { PATH: process.env.PATH } });
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/room/) });
    expect(files()).toEqual(before);
  });
});
