import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { stringify } from "yaml";

import type { Server } from "../../demo/forgehand.ts";
import { startForgehand } from "../../demo/forgehand.ts";
import { forgehand as run } from "../cli/command.ts";
import type { ApiStandIn } from "../support/api-stand-in.ts";
import { apiStandIn, json } from "../support/api-stand-in.ts";
import { addForgebox, differences } from "../support/ninth/tree.ts";
import { until } from "../support/until.ts";

const SECRET = "a secret of the tests";
const TOKEN = "a-token-of-the-tests";

/** Answers the calls that a label on a ticket leads to. */
const ANSWERS: readonly (readonly [RegExp, unknown])[] = [
  [/^GET \/api\/me$/, { id: 99, name: "forgehand" }],
  [/^GET \/api\/projects\/7\/members\/31$/, { role: "write" }],
  [/^GET \/api\/projects\/7\/tickets\/\d+\/comments\?mine=1$/, []],
  [/^POST \/api\/projects\/7\/tickets\/\d+\/comments$/, { id: 501 }],
  [/^PUT \/api\/projects\/7\/tickets\/\d+\/comments\/501$/, {}],
  [/^PATCH \/api\/projects\/7\/tickets\/\d+\/labels$/, {}],
];

describe("a ninth forge, made of one folder, one line and fixtures", () => {
  const folder = mkdtempSync(join(tmpdir(), "forgehand-ninth-"));
  const inCopy = (path: string) => join(folder, path);
  const command = inCopy("src/cli/forgehand.ts");
  const fixture = (part: string) => readFileSync(inCopy(`fixtures/forgebox/issue-labeled/${part}`));
  let api: ApiStandIn;
  let server: Server | undefined;

  beforeAll(async () => {
    addForgebox(folder);
    api = await apiStandIn(({ method = "", url = "" }, response) => {
      const answer = ANSWERS.find(([asked]) => asked.test(`${method} ${url}`))?.[1];
      json(response, answer === undefined ? 404 : 200, answer ?? { message: "no such page" });
    });
    const config = {
      server: { port: 0 },
      dataDir: "./data",
      forges: { box: { kind: "forgebox", url: api.url, token: TOKEN, webhookSecret: SECRET } },
      automations: { agent: { on: { label: "coding agent" }, run: "echo oiled", workspace: "none" } },
    };
    writeFileSync(inCopy("forgehand.yml"), stringify(config));
  });

  afterAll(async () => {
    await server?.stop("SIGKILL");
    await api[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const forgehand = (...args: string[]) => run(args, { cwd: folder, command });

  /** Somebody labels a ticket, and Forgebox tells of it. */
  async function label(address: string, ticket: number): Promise<number> {
    const body = fixture("body.json").toString().replace('"number":4', `"number":${ticket}`);
    const signature = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
    const headers = {
      ...(JSON.parse(fixture("headers.json").toString()) as Record<string, string>),
      "X-Forgebox-Delivery": `box-${ticket}`,
      "X-Forgebox-Signature": signature,
    };
    const { status } = await fetch(`${server?.url ?? ""}${address}`, { method: "POST", headers, body });
    return status;
  }

  it("keeps all types", () => {
    const compiler = inCopy("node_modules/typescript/bin/tsc");
    const { stdout, status } = spawnSync(process.execPath, [compiler, "--noEmit", "--listFiles"], {
      cwd: folder,
      encoding: "utf8",
    });
    const lines = stdout.trim().split("\n");
    expect(lines.filter((line) => line.includes("error TS"))).toEqual([]);
    expect(lines).toContain(inCopy("src/forges/forgebox/client.ts"));
    expect(status).toBe(0);
  }, 300_000);

  it("keeps the import rule", () => {
    const cruiser = inCopy("node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
    const { stdout } = spawnSync(
      process.execPath,
      [cruiser, "--config", ".dependency-cruiser.js", "--preserve-symlinks", "--output-type", "json", "src"],
      { cwd: folder, encoding: "utf8", maxBuffer: 100_000_000 },
    );
    const { modules, summary } = JSON.parse(stdout) as {
      modules: { source: string }[];
      summary: { violations: unknown[] };
    };
    expect(modules.map(({ source }) => source)).toContain("src/forges/forgebox/normalise.ts");
    expect(summary.violations).toEqual([]);
  }, 120_000);

  it("is known to `forgehand check`, which asks it who we are", async () => {
    const { code, stdout } = await forgehand("check", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      findings: expect.arrayContaining([
        { what: "forge box", ok: true, message: "it answers, and knows us as forgehand" },
      ]) as unknown,
      abilities: expect.arrayContaining([
        "agent on box: there are no statuses: the comment tells",
      ]) as unknown,
    });
    expect(code).toBe(0);
  }, 60_000);

  it("has its fixture read by `forgehand explain`, by its kind", async () => {
    const path = (part: string) => inCopy(`fixtures/forgebox/issue-labeled/${part}.json`);
    const files = ["--headers", path("headers"), "--body", path("body")];
    const { stdout } = await forgehand("explain", "--forge", "forgebox", ...files);
    const { events } = JSON.parse(fixture("reading.json").toString()) as { events: { issue: object }[] };
    for (const { issue } of events) Object.assign(issue, { body: undefined });
    const { reading, matches } = JSON.parse(stdout) as { reading: unknown; matches: unknown };
    expect(reading).toEqual({ kind: "event", events });
    expect(matches).toMatchObject([{ automation: "agent", matched: true }]);
  }, 60_000);

  it("has a server that takes its deliveries at its own address and at the one for all, and runs them", async () => {
    server = await startForgehand({ config: inCopy("forgehand.yml"), cwd: folder, environment: {}, command });
    expect(await label("/webhooks/box", 4)).toBe(200);
    expect(await label("/webhooks", 5)).toBe(200);
    for (const ticket of [4, 5]) {
      const done = `PUT /api/projects/7/tickets/${ticket}/comments/501`;
      await until(() => api.requests.some(({ method, url }) => `${method} ${url}` === done), 30_000);
    }
    expect(new Set(api.requests.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${TOKEN}`]),
    );
    const runs = await until(async () => {
      const { stdout } = await forgehand("runs", "--json");
      const found = JSON.parse(stdout) as { state: string }[];
      return found.length === 2 && found.every(({ state }) => state === "succeeded") && found;
    }, 30_000);
    expect(runs).toMatchObject([
      { forge: "box", automation: "agent", thread: { kind: "issue", number: 5 } },
      { forge: "box", automation: "agent", thread: { kind: "issue", number: 4 } },
    ]);
  }, 120_000);

  it("is refused where its secret does not fit", async () => {
    const headers = {
      "content-type": "application/json",
      "x-forgebox-event": "ticket.labeled",
      "x-forgebox-signature": `sha256=${"0".repeat(64)}`,
    };
    const request = { method: "POST", headers, body: fixture("body.json") };
    for (const address of ["/webhooks/box", "/webhooks"]) {
      expect((await fetch(`${server?.url ?? ""}${address}`, request)).status).toBe(401);
    }
  });

  it("differs in nothing else", () => {
    expect(differences(folder)).toEqual([
      ...["body", "headers", "reading"].map((part) => `new: fixtures/forgebox/issue-labeled/${part}.json`),
      ...["client", "index", "normalise", "settings", "verify"].map(
        (name) => `new: src/forges/forgebox/${name}.ts`,
      ),
      'src/forges/index.ts + import { forgebox } from "./forgebox/index.ts";',
      "src/forges/index.ts +   forgebox,",
    ]);
  });
});
