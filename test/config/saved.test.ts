import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { readSaved, saveEnvironment } from "../../src/config/saved.ts";
import { configOf, folderWith, problemsOf } from "./loading.ts";

const KEY = '-----BEGIN KEY-----\nwith "quotes" and \\backslashes\\ and ${dollars}\n-----END KEY-----\n';

describe("what the set-up page keeps", () => {
  it("is read again as it was, beside what was kept before", async () => {
    const dataDir = join(folderWith(), "data");
    await saveEnvironment(dataDir, { PRIVATE_KEY: KEY, APP_ID: "1" });
    await saveEnvironment(dataDir, { APP_ID: "2" });
    expect(readSaved(dataDir)).toEqual({ values: { PRIVATE_KEY: KEY, APP_ID: "2" }, problems: [] });
  });

  it("is readable by its owner alone, and leaves nothing else behind", async () => {
    const dataDir = folderWith();
    await saveEnvironment(dataDir, { A: "b" });
    expect(statSync(join(dataDir, "forges.env")).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(["forges.env"]);
  });

  it("stands under the real environment, and fills in the file", async () => {
    const cwd = folderWith({
      "forgehand.yml": "forges: { a: { kind: github, token: '${T}', webhookSecret: '${S}' } }",
    });
    await saveEnvironment(join(cwd, "data"), { T: "kept", S: "kept" });
    expect(configOf(undefined, { cwd, environment: { T: "real" } }).forges.a).toMatchObject({
      token: "real",
      webhookSecret: ["kept"],
    });
  });

  it("is looked for in the data folder that the file names", async () => {
    const cwd = folderWith({ "forgehand.yml": "dataDir: ${WHERE}" });
    await saveEnvironment(join(cwd, "there"), {
      GITHUB_PERSONAL_ACCESS_TOKEN: "t",
      GITHUB_WEBHOOK_SECRET: "s",
    });
    expect(configOf(undefined, { cwd, environment: { WHERE: "there" } }).forges.github).toMatchObject({
      token: "t",
    });
  });

  it("is a problem with its line when somebody broke it", () => {
    const cwd = folderWith({ "forges.env": 'A="b"\nTOKEN=hunter2\n' });
    const problems = problemsOf(undefined, { cwd, overrides: { dataDir: "." } });
    expect(problems.map(({ path }) => path)).toEqual([join(cwd, "forges.env:2")]);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });
});
