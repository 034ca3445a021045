import { existsSync } from "node:fs";

import { afterEach, describe, expect, it } from "@jest/globals";

import { freePort } from "../support/free-port.ts";
import { scratch } from "../support/scratch.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

let whole: Whole;

afterEach(async () => {
  await whole[Symbol.asyncDispose]();
}, 60_000);
// What the servers started may use it until they are gone.
const path = scratch();

describe("processes that each have a role", () => {
  it("one receives and shows, another one works", async () => {
    const automations = { fix: { on: { label: "fix it" }, run: "date +%N > now.txt" } };
    whole = await startWhole({ automations, serve: ["--no-worker"] });
    const issue = whole.issue();
    expect(await whole.label(issue, "fix it")).toMatchObject({ status: 200 });
    await until(async () => (await whole.store.jobs({ stage: "match", limit: 1 })).length === 1);
    expect(await whole.runs()).toEqual([]);

    await whole.work();
    await until(async () => (await whole.runs())[0]?.state === "succeeded", 30_000);
    await whole.quiet();
    expect(whole.comments(issue)).toHaveLength(1);
    const { url, signInUrl } = whole.servers[0]!;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(signInUrl, { redirect: "manual" })).status).toBe(303);
  }, 90_000);

  it("one matches and reports, and only one with the tags runs what asks for them", async () => {
    const automations = {
      plain: { on: { label: "plain" }, run: `touch ${path("plain")}` },
      fast: { on: { label: "fast" }, tags: ["gpu"], run: `touch ${path("fast")}` },
    };
    whole = await startWhole({ automations, serve: ["--no-worker"] });
    await whole.work(["--stages", "match,report,run"]);
    const issue = whole.issue();
    await whole.label(issue, "fast");
    await whole.label(issue, "plain");
    await until(() => existsSync(path("plain")), 30_000);
    expect((await whole.runs()).find(({ automation }) => automation === "fast")).toMatchObject({
      state: "queued",
      tags: ["gpu"],
    });

    const port = await freePort();
    await whole.work(["--stages", "run", "--concurrency", "4", "--tags", "gpu,arm", "--port", String(port)]);
    await until(() => existsSync(path("fast")), 30_000);
    await whole.quiet();
    expect((await whole.runs()).map(({ state }) => state)).toEqual(["succeeded", "succeeded"]);
    const health = `http://127.0.0.1:${port}`;
    expect(await (await fetch(`${health}/readyz`)).json()).toEqual({ status: "ready" });
    expect((await fetch(`${health}/webhooks/github`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${health}/sign-in`)).status).toBe(404);
  }, 90_000);
});
