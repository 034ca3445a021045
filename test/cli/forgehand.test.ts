import { readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import { folderWith, forgehand } from "./command.ts";

const BAD = `
server: { port: http }
forges: { a: { kind: github, token: hunter2, webhookSecret: "\${NOT_THERE}" } }
automations: { test: { on: { push: true }, run: make, timeout: soon } }
`;

describe("forgehand", () => {
  it("says its version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(await forgehand(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  it("shows its commands and examples with --help", async () => {
    const { code, stdout } = await forgehand(["--help"]);
    expect(code).toBe(0);
    for (const word of [
      "serve",
      "connect",
      "disconnect",
      "check",
      "explain",
      "runs",
      "demo",
      "config",
      "Examples:",
    ]) {
      expect(stdout).toContain(word);
    }
  });

  it.each([
    [["nonsense"]],
    [["serve", "--nonsense"]],
    [["runs", "--limit", "many"]],
    [["runs", "--state", "gone"]],
    [["runs", "show"]],
    [["explain"]],
    [["explain", "--forge", "github"]],
    [["explain", "17", "--forge", "github"]],
  ])("ends with 2 when it is asked wrongly: %j", async (args) => {
    const { code, stderr } = await forgehand(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: /);
  });

  it.each([["serve"], ["check"], ["config", "show"], ["runs"]])(
    "tells every problem of a bad config and ends with 2 before it does anything: %s %s",
    async (...args) => {
      const cwd = folderWith({ "forgehand.yml": BAD });
      const { code, stdout, stderr } = await forgehand(args, { cwd });
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^ {2}server\.port \(.+forgehand\.yml:2\): /m);
      expect(stderr).toMatch(/^ {2}automations\.test\.timeout \(.+forgehand\.yml:4\): /m);
      expect(stderr).not.toContain("hunter2");
    },
  );

  it("shows the config that counts with every secret hidden", async () => {
    const environment = {
      GITHUB_PERSONAL_ACCESS_TOKEN: "hunter2",
      GITHUB_WEBHOOK_SECRET: "hunter2",
      PORT: "81",
    };
    const { code, stdout } = await forgehand(["config", "show"], { environment });
    expect(code).toBe(0);
    expect(stdout).not.toContain("hunter2");
    expect(JSON.parse(stdout)).toMatchObject({
      server: { port: 81 },
      forges: { github: { kind: "github" } },
    });
  });

  it("prints the JSON Schema of its config", async () => {
    const { stdout } = await forgehand(["config", "schema"]);
    expect(JSON.parse(stdout)).toMatchObject({ type: "object", additionalProperties: false });
  });
});
