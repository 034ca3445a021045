import { chmodSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { folderWith, forgehand } from "./command.ts";

const environment = {
  GITHUB_PERSONAL_ACCESS_TOKEN: "hunter2",
  GITHUB_WEBHOOK_SECRET: "hunter2",
  FORGEHAND_RUN: "make fix",
};

describe("forgehand check", () => {
  it("says what is well, and what the automations do", async () => {
    const { code, stdout } = await forgehand(["check", "--offline"], { environment });
    expect(stdout).toContain("git version");
    expect(stdout).toContain(
      "coding-agent: when the label `coding agent` is set on an issue or pull request, " +
        "by someone with write permission, on every forge: run `make fix`",
    );
    expect(stdout).toContain("server.publicUrl");
    expect(code).toBe(0);
  });

  it("prints the same as JSON", async () => {
    const { stdout } = await forgehand(["check", "--offline", "--json"], { environment });
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(report)).toEqual([
      "ok",
      "file",
      "problems",
      "warnings",
      "findings",
      "automations",
      "abilities",
      "polling",
      "schedules",
    ]);
    expect(report).toMatchObject({
      ok: true,
      file: null,
      problems: [],
      abilities: ["coding-agent on github: everything works there"],
      polling: [
        "github: polls the repositories that webhooks tell of every 15 s while they are few, and those whose webhooks arrive every hour",
      ],
    });
  });

  it("says what an automation has to do otherwise on a forge", async () => {
    const { stdout } = await forgehand(["check", "--offline"], {
      environment: {
        FORGEHAND_RUN: "make fix",
        GOGS_URL: "https://gogs.example.com",
        GOGS_TOKEN: "hunter2",
        GOGS_WEBHOOK_SECRET: "hunter2",
      },
    });
    expect(stdout).toContain("  coding-agent on gogs: there are no statuses: the comment tells\n");
  });

  it("lists the problems of a bad config as JSON too", async () => {
    const cwd = folderWith({ "forgehand.yml": "server: { prot: 1 }" });
    const { code, stdout } = await forgehand(["check", "--json"], { cwd });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{ path: "server.prot" }] });
  });

  it.each([
    ["no forge is configured", {}, "forges"],
    ["git cannot be found", { ...environment, PATH: "/nowhere" }, "git"],
  ])("ends with 1 when %s", async (_, given, what) => {
    const { code, stdout } = await forgehand(["check", "--offline", "--json"], { environment: given });
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: { what: string; ok: boolean }[] };
    expect(findings.filter(({ ok }) => !ok).map((finding) => finding.what)).toEqual([what]);
  });

  it("finds git too old", async () => {
    const folder = folderWith({ git: "#!/bin/sh\necho git version 2.30.1\n" });
    chmodSync(join(folder, "git"), 0o755);
    const { code, stdout } = await forgehand(["check", "--offline"], {
      environment: { ...environment, PATH: folder },
    });
    expect(code).toBe(1);
    expect(stdout).toContain("2.30.1 is too old: install 2.39 or newer");
  });

  it("finds a data folder that cannot be made", async () => {
    const cwd = folderWith({ file: "" });
    const { code, stdout } = await forgehand(["check", "--offline", "--data", "file/data"], {
      cwd,
      environment,
    });
    expect(code).toBe(1);
    expect(stdout).toContain("WRONG data folder");
  });

  it("asks every forge who we are there", async () => {
    await using api = await standIn(200, { id: 99, login: "forgehand-bot" });
    const { code, stdout } = await forgehand(["check"], {
      environment: { ...environment, GITHUB_API_URL: api.url },
    });
    expect(stdout).toContain("ok    forge github: it answers, and knows us as forgehand-bot");
    expect(code).toBe(0);
  });

  it("names the rights that we lack there", async () => {
    await using api = await standIn(200, { id: 99, login: "forgehand-bot" }, { "x-oauth-scopes": "gist" });
    const { code, stdout } = await forgehand(["check"], {
      environment: { ...environment, GITHUB_API_URL: api.url },
    });
    expect(stdout).toContain("WRONG forge github");
    expect(stdout).toContain("we lack the scope `repo`");
    expect(code).toBe(1);
  });

  it("ends with 1 when a forge does not take our credentials, and shows none", async () => {
    await using api = await standIn(401, { message: "Bad credentials" });
    const { code, stdout, stderr } = await forgehand(["check"], {
      environment: { ...environment, GITHUB_API_URL: api.url },
    });
    expect(code).toBe(1);
    expect(stdout).toContain("WRONG forge github");
    expect(stdout + stderr).not.toContain("hunter2");
  });
});

/** A GitHub API that answers everything in one way. */
async function standIn(status: number, body: object, headers: Record<string, string> = {}) {
  const server = createServer((_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
