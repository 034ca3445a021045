import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { StandingHook } from "../../demo/stand-in/hooks.ts";
import type { Thread } from "../../demo/stand-in/state.ts";
import { OWNER } from "../../demo/world.ts";
import { until } from "../support/until.ts";
import type { Whole } from "../support/whole.ts";
import { startWhole } from "../support/whole.ts";

const NAME = "Codertocat/Hello-World";

let whole: Whole;

beforeAll(async () => {
  whole = await startWhole({
    as: "token",
    echo: false,
    reached: true,
    hooks: { check: "1s" },
    automations: { fix: { on: { label: "fix it" }, run: "date +%N > now.txt" } },
  });
  whole.world.repository.roles.set(whole.world.self.login, "admin");
}, 60_000);
afterAll(async () => {
  await whole[Symbol.asyncDispose]();
}, 60_000);

/** The one webhook that there is. */
function hook(): StandingHook {
  const [first, ...others] = whole.world.hooks.all();
  if (first === undefined || others.length > 0) throw new Error("there is not one webhook");
  return first;
}

/** Somebody sets the label, and the forge tells of it by the webhook that was made. Answers the status that it got. */
async function label(thread: Thread): Promise<number | undefined> {
  const { world } = whole;
  const { repository } = thread;
  world.changeLabels(thread, { add: ["fix it"] });
  const happening = { repository, actor: OWNER, thread, added: ["fix it"], removed: [] };
  return (await world.hooks.deliver(hook(), await world.told({ kind: "labels", ...happening })))?.status;
}

const runsOf = async ({ number }: Thread) =>
  (await whole.runs()).filter(({ thread }) => thread?.number === number).map(({ state }) => state);
const connect = async (...args: string[]) =>
  JSON.parse(await whole.cli("connect", "github", NAME.toLowerCase(), "--json", ...args)) as Record<
    string,
    unknown
  >;
const stop = async (signal: "SIGTERM" | "SIGKILL") => whole.servers.shift()!.stop(signal);

describe("forgehand connect", () => {
  it("only says what it would do", async () => {
    expect(await connect("--dry-run")).toMatchObject({ action: "create", done: false, ok: false });
    expect(whole.world.hooks.all()).toEqual([]);
  }, 60_000);

  it("makes the webhook, and sees its test arrive", async () => {
    const url = `${whole.servers[0]!.url}/webhooks/github`;
    expect(await connect()).toMatchObject({
      action: "create",
      name: NAME,
      url,
      done: true,
      test: { kind: "arrived", delivery: "1" },
      ok: true,
      advice: [],
    });
    expect(hook()).toMatchObject({ url, active: true, place: { level: "repository", name: NAME } });
    expect(await whole.store.deliveries({ limit: 9 })).toMatchObject([{ event: "ping" }]);
  }, 60_000);

  it("makes one by which a label starts a run", async () => {
    const issue = whole.issue();
    expect(await label(issue)).toBe(200);
    await until(async () => (await runsOf(issue)).length === 1);
    await whole.quiet();
    expect(await runsOf(issue)).toEqual(["succeeded"]);
  }, 60_000);

  it("changes nothing the second time", async () => {
    const { active, events, secret, url } = hook();
    expect(await connect("--no-test")).toMatchObject({
      action: "nothing",
      reasons: [],
      test: null,
      ok: true,
    });
    expect(hook()).toMatchObject({ active, events, secret, url });
    const writes = whole.world.requests.filter(
      ({ method, path }) => method !== "GET" && path.endsWith("/hooks"),
    );
    expect(writes).toHaveLength(1);
  }, 60_000);

  it("lists it, and check says how it is", async () => {
    expect(await whole.cli("connect", "--list")).toBe(
      `ok    github repository ${NAME}: It sends to ${hook().url}.\n`,
    );
    expect(await whole.cli("check")).toContain(`ok    webhook github repository ${NAME}: It sends to`);
  }, 60_000);
});

describe("a server that looks after a webhook", () => {
  it("mends it where somebody spoiled it", async () => {
    const { url, secret } = hook();
    Object.assign(hook(), { active: false, events: ["push"] });
    await until(() => hook().active && hook().events.length > 1);
    expect(hook()).toMatchObject({ url, secret });
  }, 60_000);

  it("brings what was lost while it was down, once", async () => {
    await stop("SIGTERM");
    const issues = [whole.issue(), whole.issue()];
    for (const issue of issues) expect(await label(issue)).toBe(0);
    await whole.start();
    await until(async () => (await Promise.all(issues.map(runsOf))).every((runs) => runs.length === 1));
    await whole.quiet();
    const [kept] = await whole.store.hooks();
    // Looked after again twice since: nothing is brought a second time.
    const checked = async () => (await whole.store.hooks())[0]!.checkedAt!.getTime();
    const then = await checked();
    await until(async () => (await checked()) > then + 1_000);
    expect(await Promise.all(issues.map(runsOf))).toEqual([["succeeded"], ["succeeded"]]);
    expect(hook().attempts.filter(({ repeats }) => repeats !== undefined)).toHaveLength(2);
    expect(await whole.store.recoveries(kept!, new Date(0))).toMatchObject([
      { outcome: "resent", tries: 1 },
      { outcome: "resent", tries: 1 },
    ]);
    expect(await whole.cli("check")).toContain("2 deliveries were lost since yesterday; 2 were brought.");
  }, 90_000);

  it("brings nothing twice where it is killed in the middle of bringing", async () => {
    await stop("SIGTERM");
    const issues = [whole.issue(), whole.issue(), whole.issue()];
    for (const issue of issues) expect(await label(issue)).toBe(0);
    const resend = { method: "POST", path: /\/attempts$/ };
    const { github } = whole.world;
    const passed = [github.answerNext(resend, "lose"), github.answerNext(resend, "hang")];
    await whole.start();
    await passed[1]!.taken;
    await stop("SIGKILL");
    passed[1]!.release();
    await whole.passTime();
    await whole.start();
    await until(async () => (await Promise.all(issues.map(runsOf))).every((runs) => runs.length === 1));
    await whole.quiet();
    expect(await Promise.all(issues.map(runsOf))).toEqual([["succeeded"], ["succeeded"], ["succeeded"]]);
  }, 90_000);
});

describe("forgehand disconnect", () => {
  it("removes the webhook, and nobody looks after it any more", async () => {
    expect(await whole.cli("disconnect", "github", NAME)).toBe(
      `github, repository ${NAME}: 1 webhook was removed.\n`,
    );
    expect(whole.world.hooks.all()).toEqual([]);
    expect(await whole.cli("disconnect", "github", NAME)).toContain(
      "there is no webhook that sends to Forgehand",
    );
    expect(await whole.cli("connect", "--list")).toContain("No webhook is looked after");
  }, 60_000);
});
