import { execFile as callback } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterEach, describe, expect, it } from "@jest/globals";

import { headOf } from "../../demo/repository.ts";
import { DEFAULT_BRANCH } from "../../demo/world.ts";
import { SCHEDULE_DOOR } from "../../src/core/delivery.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

const execFile = promisify(callback);

let whole: Whole;

afterEach(async () => {
  await whole[Symbol.asyncDispose]();
}, 60_000);

const FORGES = ["github", "gitlab", "gitea"] as const;

const automations = {
  deploy: {
    on: { command: "deploy" },
    run: 'test "$FORGEHAND_INPUT_GREETING" = hello && echo "$FORGEHAND_EVENT $FORGEHAND_SHA"',
  },
  other: { on: { push: true }, run: "true" },
};

async function start(forge: (typeof FORGES)[number]): Promise<string> {
  whole = (await startWhole({ automations, forge, echo: false })) as unknown as Whole;
  return whole.world.repository.fullName;
}

/** Ask the API of the first server: as its owner, or with another token. */
async function api(path: string, body?: object, token?: string) {
  const known = (await readFile(join(whole.dataDir, "sign-in-token"), "utf8")).trim();
  const response = await fetch(`${whole.servers[0]!.url}/api${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token ?? known}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, text, body: json };
}

describe.each(FORGES)("by hand, on %s", (forge) => {
  it("an automation is started on the default branch, on a pull request and on a branch, each once", async () => {
    const fullName = await start(forge);
    const head = (await headOf(whole.world.bare, DEFAULT_BRANCH))!;
    const order = ["runs", "start", "deploy", "--repo", fullName, "--input", "greeting=hello", "--json"];
    const cli = async (...more: string[]) => JSON.parse(await whole.cli(...order, ...more)) as object;

    expect(await cli("--wait", "--id", "once")).toMatchObject({
      recorded: "recorded",
      run: { id: 1, state: "succeeded", sha: head, actor: { login: "the operator" } },
    });
    expect(await cli("--id", "once")).toMatchObject({ recorded: "duplicate", run: { id: 1 } });
    await whole.quiet();
    expect(whole.statuses(head)).toContainEqual(
      expect.objectContaining({ context: "forgehand/deploy", state: "success" }),
    );
    expect(await whole.cli("runs", "log", "1")).toContain(`manual ${head}`);

    const { thread, sha } = await whole.pull("topic", { "new.txt": "new\n" });
    expect(await cli("--wait", "--pull-request", String(thread.number))).toMatchObject({
      run: { state: "succeeded", sha, thread: { kind: "pull_request", number: thread.number } },
    });
    expect(await cli("--wait", "--ref", "topic")).toMatchObject({ run: { state: "succeeded", sha } });
    expect(await cli("--wait", "--ref", head)).toMatchObject({ run: { state: "succeeded", sha: head } });

    expect(JSON.parse(await whole.cli("explain", (await whole.store.run(1))!.delivery))).toMatchObject({
      sender: { state: "not checked", reason: "Nobody sent it: the operator started it by hand." },
      reading: { events: [{ kind: "manual", action: "started" }] },
    });
  }, 120_000);

  it("an automation is started, cancelled, repeated and explained by the API", async () => {
    const fullName = await start(forge);
    const order = { automation: "deploy", repository: fullName, inputs: { greeting: "good bye" } };
    const started = await api("/runs", order);
    expect(started).toMatchObject({ status: 202, body: { recorded: "recorded", outcome: "run", run: 1 } });
    expect(await whole.over(1)).toMatchObject({ state: "failed", exitCode: 1 });

    const retried = { added: true, run: { id: 2, follows: 1 } };
    expect(await api("/runs/1/retry", {})).toMatchObject({ status: 201, body: retried });
    const again = { added: false, run: { id: 2 } };
    expect(await whole.over(2)).toMatchObject({ state: "failed" });
    expect(await api("/runs/1/retry", {})).toMatchObject({ status: 200, body: again });
    expect(await api("/runs/2/cancel", {})).toMatchObject({ status: 200, body: { state: "failed" } });
    expect(await api("/runs?automation=deploy&limit=1")).toMatchObject({
      status: 200,
      body: { runs: [{ id: 2 }], next: 2 },
    });
    expect((await api("/runs/2/log")).text).toContain("starting the command");

    const key = String(started.body.delivery);
    expect(await api(`/deliveries/${key}`)).toMatchObject({
      status: 200,
      body: {
        delivery: { key, door: "@manual" },
        decisions: expect.arrayContaining([
          expect.objectContaining({
            automation: "deploy",
            outcome: "run",
            steps: expect.arrayContaining([
              expect.objectContaining({ what: "permission", ok: true }),
            ]) as unknown,
          }),
        ]) as unknown,
      },
    });
    expect(await api(`/deliveries/${key}/replay`, {})).toMatchObject({
      status: 202,
      body: { delivery: key },
    });
    await whole.quiet();
    // The run that it made ended badly and was repeated already: that one stands.
    expect(await whole.runs()).toHaveLength(2);
    expect((await api("/runs/1", undefined, "guessed")).status).toBe(401);
  }, 120_000);
});

describe("the schedule of an automation", () => {
  it("makes one run of a time that has come, though two processes look", async () => {
    const past = new Date(Date.now() - 5 * 60_000);
    const schedule = { cron: `${past.getUTCMinutes()} ${past.getUTCHours()} * * *`, timezone: "UTC" };
    const run = 'echo "at $FORGEHAND_SCHEDULED_AT"';
    whole = await startWhole({
      automations: { nightly: { on: { schedule }, repositories: ["Codertocat/*"], run } },
      servers: 2,
    });
    const key = { automation: "nightly", ...schedule };
    await until(async () => (await whole.store.schedule(key)) !== undefined, 30_000);
    expect(await whole.cli("check", "--offline")).toContain("comes next at ");
    expect(await whole.runs()).toEqual([]);

    // As after a stop: the time that came five minutes ago is made up.
    const before = new Date(Date.now() - 10 * 60_000);
    await whole.store.change((transaction) => transaction.saveSchedule(key, before));
    await whole.passTime();
    await until(async () => (await whole.runs()).length > 0, 30_000);
    expect(await whole.over(1)).toMatchObject({
      state: "succeeded",
      automation: "nightly",
      sha: await headOf(whole.world.bare, DEFAULT_BRANCH),
    });
    expect(await whole.cli("runs", "log", "1")).toContain(`at ${past.toISOString().slice(0, 16)}`);
    await whole.passTime();
    await whole.quiet();
    const kept = (await whole.store.deliveries({ limit: 50 })).filter(({ door }) => door === SCHEDULE_DOOR);
    expect(kept).toHaveLength(1);
    expect(await whole.runs()).toHaveLength(1);
  }, 120_000);
});

it("the examples of docs/api.md do what they say", async () => {
  const run = 'test "$FORGEHAND_INPUT_TARGET" = staging';
  const deploy = { on: { command: "deploy" }, awx_template: 42, run };
  whole = await startWhole({ automations: { deploy }, echo: false });
  const page = await readFile(new URL("../../docs/api.md", import.meta.url), "utf8");
  const [start = "", ...others] = [...page.matchAll(/^```sh\n(.+?)^```/gms)].map(([, text = ""]) => text);
  const environment = {
    PATH: process.env.PATH,
    FORGEHAND: whole.servers[0]!.url,
    TOKEN: (await readFile(join(whole.dataDir, "sign-in-token"), "utf8")).trim(),
  };
  const shell = async (text: string) => {
    const { stdout } = await execFile("sh", ["-euc", text], { env: environment });
    return stdout;
  };
  const { fullName } = whole.world.repository;
  expect(JSON.parse(await shell(start.replace("octo/hello", fullName)))).toMatchObject({
    outcome: "run",
    run: 1,
  });
  expect(await whole.over(1)).toMatchObject({ state: "succeeded" });
  expect(others).toHaveLength(4);
  for (const text of others) expect(await shell(text)).not.toContain('"error":');
  expect(await whole.over(2)).toMatchObject({ state: "succeeded", follows: 1 });
  // The key of the first example is gone by the last line there; that of AWX's path is left.
  const door = { forge: "github", automation: "deploy" };
  expect(await whole.store.webhookKeys()).toEqual([expect.objectContaining(door)]);
}, 120_000);
