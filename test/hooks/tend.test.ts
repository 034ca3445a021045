import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { WebhookRequest } from "../../src/core/delivery.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import { ForgehandError } from "../../src/core/errors.ts";
import { createTendStep } from "../../src/hooks/tend.ts";
import { recordingLog } from "../support/recording-log.ts";
import { arrival, ask, claimed, OVER } from "../support/store-samples.ts";
import type { Scene } from "../support/hooks-scene.ts";
import { openScene, SECRET, URL } from "../support/hooks-scene.ts";

const EVERY = 900_000;
const EVER = new Date(0);
const REQUEST: WebhookRequest = { headers: { "x-event": "issues" }, body: Buffer.from("{}") };

let scene: Scene;
let lines: ReturnType<typeof recordingLog>["lines"];
let brought: string[];
let recovered: "resent" | WebhookRequest | undefined;

beforeEach(async () => {
  [brought, recovered] = [[], "resent"];
  scene = await openScene({ recover: () => Promise.resolve(recovered) });
});
afterEach(() => scene[Symbol.asyncDispose]());

/** Do the step of the forge's job, and say in how many milliseconds it comes again. */
async function look(
  change: { secret?: string; url?: string; signal?: AbortSignal; bring?: () => Promise<void> } = {},
): Promise<number | undefined> {
  const { store, forge } = scene;
  const recording = recordingLog();
  ({ lines } = recording);
  const step = createTendStep({
    store,
    tended: (name) =>
      name === "acme" ? { forge, secret: change.secret ?? SECRET, url: change.url } : undefined,
    bring:
      change.bring ??
      (async (name) => {
        brought.push(name);
      }),
    every: EVERY,
    log: recording.log,
  });
  await ask(store, "tend", "acme");
  const began = Date.now();
  await step(await claimed(store, "tend", OVER), change.signal ?? new AbortController().signal);
  const [job] = await store.jobs({ stage: "tend", limit: 1 });
  return job?.dueAt && Math.round((job.dueAt.getTime() - began) / 10_000) * 10_000;
}

const said = () => lines.map(({ message }) => message);
const found = async () => (await scene.kept())?.found;
const failing = (code: ErrorCode, retryable = true, retryAfter?: number) =>
  new ForgehandError(code, "The forge will not.", {
    retryable,
    ...(retryAfter !== undefined && { retryAfter }),
  });

/** Something happened there a while after the webhook was connected, and did not reach us. */
async function lose(attempt: string, id?: string): Promise<void> {
  const at = new Date((await scene.kept())!.connectedAt.getTime() + scene.webhooks.losses.length + 1);
  scene.webhooks.losses.push({ attempt, at, ...(id !== undefined && { id }) });
}

describe("a look at the webhooks of a forge", () => {
  it("leaves no job where there are none, or no such forge", async () => {
    expect(await look()).toBeUndefined();
    await ask(scene.store, "tend", "gone");
    expect(scene.webhooks.calls).toEqual([]);
  });

  it("changes nothing where all is well, and comes again", async () => {
    await scene.connect();
    expect(await look()).toBe(EVERY);
    expect(await scene.kept()).toMatchObject({ found: "", checkedAt: expect.any(Date) });
    expect(scene.webhooks.calls.slice(2)).toEqual(["inspect", "lost"]);
    expect(said()).toEqual([]);
  });

  it("mends what is wrong and what is held back, says so, and keeps what it found", async () => {
    await scene.connect();
    const [hook] = scene.webhooks.standing;
    Object.assign(hook!, { faults: ["is switched off"], held: "disabled" });
    expect(await look()).toBe(EVERY);
    expect(hook).toMatchObject({ faults: [], held: undefined, secret: SECRET });
    expect(said()).toEqual(["a webhook was mended"]);
    expect(await found()).toBe(
      "It is switched off and is held back by the forge (disabled). That was mended.",
    );
    await look();
    expect(await found()).toBe("");
  });

  it("writes the new secret of the config once", async () => {
    await scene.connect();
    await look({ secret: "the next secret" });
    expect(scene.webhooks.standing).toMatchObject([{ secret: "the next secret" }]);
    scene.webhooks.calls.length = 0;
    await look({ secret: "the next secret" });
    expect(scene.webhooks.calls).toEqual(["inspect", "lost"]);
  });

  it("makes none again that somebody removed, but says so", async () => {
    await scene.connect();
    scene.webhooks.standing.length = 0;
    expect(await look()).toBe(EVERY);
    expect(scene.webhooks.standing).toEqual([]);
    expect(await found()).toMatch(/not there any more/);
  });

  it("brings what was lost before it mends, where the forge forgets that by mending", async () => {
    const forgetful = await openScene({ forgets: true, recover: () => Promise.resolve(REQUEST) });
    await scene[Symbol.asyncDispose]();
    scene = forgetful;
    await scene.connect();
    await lose("1");
    scene.webhooks.standing[0]!.held = "five failures";
    await look();
    expect(brought).toEqual(["acme"]);
    expect(said()).toEqual(["lost deliveries were asked for again", "a webhook was mended"]);
  });

  it("says what it could not mend", async () => {
    const stubborn = await openScene({ stubborn: true });
    await scene[Symbol.asyncDispose]();
    scene = stubborn;
    await scene.connect();
    scene.webhooks.standing[0]!.faults = ["is switched off"];
    await look();
    expect(said()).toEqual(["a webhook could not be mended"]);
    expect(await found()).toBe("It is switched off.");
  });

  it.each([
    ["that is down soon", failing("FORGE_UNREACHABLE"), 60_000],
    ["that refuses as usual", failing("FORGE_REFUSED", false), EVERY],
    ["as late as it asks for", failing("FORGE_RATE_LIMITED", true, 1_800_000), 1_800_000],
  ])("comes again to a forge %s", async (_title, error, again) => {
    await scene.connect();
    scene.webhooks.failNext("inspect", error);
    expect(await look()).toBe(again);
    expect(said()).toEqual(["a webhook could not be looked at"]);
    expect(await found()).toBe("It could not be looked at. The forge will not.");
  });

  it("goes on with the other webhooks where one is refused", async () => {
    await scene.connect();
    await scene.connect({ place: { level: "owner", name: "octo" } });
    scene.webhooks.failNext("inspect", failing("FORGE_REFUSED", false));
    await look();
    const checked = (await scene.store.hooks()).map((hook) => hook.found);
    expect(checked).toEqual(["It could not be looked at. The forge will not.", ""]);
  });

  it("brings back none that was disconnected meanwhile", async () => {
    await scene.connect();
    const { store } = scene;
    scene.webhooks.standing[0]!.faults = ["is switched off"];
    const key = (await scene.kept())!;
    await lose("1");
    await look({ bring: () => store.change((transaction) => transaction.removeHook(key)) });
    recovered = REQUEST;
    await lose("2");
    await look({ bring: () => store.change((transaction) => transaction.removeHook(key)) });
    expect(await store.hooks()).toEqual([]);
  });

  it("stops when its worker does, and leaves the job", async () => {
    await scene.connect();
    const stop = new AbortController();
    stop.abort(new Error("stopping"));
    await expect(look({ signal: stop.signal })).rejects.toThrow("stopping");
  });
});

describe("the webhook of an app registration", () => {
  const OWN = { level: "system", name: "" } as const;

  beforeEach(async () => {
    await scene[Symbol.asyncDispose]();
    scene = await openScene({ app: true });
  });

  it("is looked after though nobody connected it, and its secret is left alone", async () => {
    scene.webhooks.standing.push({
      place: OWN,
      url: URL,
      secret: "theirs",
      faults: ["lacks the event push"],
    });
    expect(await look({ url: URL })).toBe(EVERY);
    expect(await scene.store.hooks()).toMatchObject([{ place: OWN, url: URL }]);
    expect(scene.webhooks.standing).toMatchObject([{ faults: [], secret: "theirs" }]);
  });

  it("is not looked after where it sends to somebody else, or nobody can reach us", async () => {
    scene.webhooks.standing.push({ place: OWN, url: "https://theirs.example", secret: "", faults: [] });
    expect(await look({ url: URL })).toBeUndefined();
    expect(await look()).toBeUndefined();
    expect(await scene.store.hooks()).toEqual([]);
  });

  it("is asked for again where the forge is down at first", async () => {
    scene.webhooks.failNext("inspect", failing("FORGE_UNREACHABLE"));
    expect(await look({ url: URL })).toBe(60_000);
  });
});

describe("what a webhook lost", () => {
  beforeEach(() => scene.connect());

  it("is sent again by the forge, once", async () => {
    await lose("1", "guid-1");
    await lose("2");
    expect(await look()).toBe(EVERY);
    await look();
    expect(scene.webhooks.asked).toEqual(["1", "2"]);
    expect(await scene.store.recoveries((await scene.kept())!, EVER)).toMatchObject([
      { attempt: "1", id: "guid-1", outcome: "resent", tries: 1 },
      { attempt: "2", outcome: "resent", tries: 1 },
    ]);
  });

  it("is read as if it had come, where the forge tells the request", async () => {
    recovered = REQUEST;
    await lose("1");
    await look();
    expect(brought).toEqual(["acme"]);
    expect(await scene.store.recoveries((await scene.kept())!, EVER)).toMatchObject([{ outcome: "read" }]);
  });

  it("is not asked for where it came by another way", async () => {
    await scene.store.record(arrival({ forge: "acme", id: "guid-1" }));
    await lose("1", "guid-1");
    await look();
    expect(scene.webhooks.asked).toEqual([]);
  });

  it("is given up where the forge does not have it any more, or will not", async () => {
    recovered = undefined;
    await lose("1");
    await lose("2");
    scene.webhooks.failNext("recover", failing("FORGE_REFUSED", false));
    expect(await look()).toBe(EVERY);
    await look();
    expect(scene.webhooks.asked).toEqual(["2"]);
    const outcomes = (await scene.store.recoveries((await scene.kept())!, EVER)).map(
      ({ outcome }) => outcome,
    );
    expect(outcomes).toEqual(["refused", "gone"]);
  });

  it("waits as long as the forge asks for, and goes on where it stopped", async () => {
    for (const attempt of ["1", "2", "3"]) await lose(attempt);
    scene.webhooks.failNext("recover", failing("FORGE_RATE_LIMITED", true, 120_000));
    expect(await look()).toBe(120_000);
    expect(scene.webhooks.asked).toEqual([]);
    expect(await look()).toBe(EVERY);
    expect(scene.webhooks.asked).toEqual(["1", "2", "3"]);
  });

  it("is tried three times where the forge fails with it, while the others are brought", async () => {
    for (const attempt of ["1", "2"]) await lose(attempt);
    const faults = [failing("FORGE_FAILING"), failing("FORGE_FAILING"), failing("FORGE_FAILING")];
    scene.webhooks.failNext("recover", faults[0]!);
    expect(await look()).toBe(60_000);
    expect(scene.webhooks.asked).toEqual(["2"]);
    scene.webhooks.failNext("recover", faults[1]!, faults[2]!);
    await look();
    await look();
    expect(await look()).toBe(EVERY);
    expect(scene.webhooks.asked).toEqual(["2"]);
  });

  it("is brought at most fifty at a look, and the rest soon", async () => {
    for (let attempt = 1; attempt <= 60; attempt += 1) await lose(String(attempt));
    expect(await look()).toBe(60_000);
    expect(scene.webhooks.asked).toHaveLength(50);
    expect(await look()).toBe(EVERY);
    expect(scene.webhooks.asked.map(Number)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  it("is brought by the next worker where this one died in the middle", async () => {
    await lose("1");
    recovered = REQUEST;
    const died = look({ bring: () => Promise.reject(new Error("killed")) });
    await expect(died).rejects.toThrow("killed");
    const [lost] = await scene.store.recoveries((await scene.kept())!, EVER);
    expect(lost).toMatchObject({ outcome: "asked", tries: 1 });
    await look();
    expect(brought).toEqual(["acme"]);
    await look();
    expect(brought).toEqual(["acme"]);
  });

  it("is asked for by nobody who lost the job", async () => {
    await lose("1");
    const { store } = scene;
    const { log } = recordingLog();
    const step = createTendStep({
      store,
      tended: () => ({ forge: scene.forge, secret: SECRET, url: URL }),
      bring: () => Promise.resolve(),
      every: EVERY,
      log,
    });
    await ask(store, "tend", "acme");
    const claim = await claimed(store, "tend");
    await step({ ...claim, token: "another" }, new AbortController().signal).catch(() => undefined);
    expect(scene.webhooks.asked).toEqual([]);
    expect((await scene.kept())?.checkedAt).toBeUndefined();
  });
});
