import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { ForgehandError } from "../../src/core/errors.ts";
import type { HookTrial } from "../../src/core/webhooks.ts";
import { isWell } from "../../src/hooks/connect.ts";
import { disconnect } from "../../src/hooks/disconnect.ts";
import { arrival, ask, claimed, LONG, nothing, OVER } from "../support/store-samples.ts";
import { until } from "../support/until.ts";
import type { Scene } from "../support/hooks-scene.ts";
import { openScene, REPOSITORY, SECRET, URL } from "../support/hooks-scene.ts";

let scene: Scene;
let trial: () => Promise<HookTrial>;

beforeEach(async () => {
  trial = () => Promise.resolve({ kind: "unsupported" });
  scene = await openScene({ test: () => trial() });
});
afterEach(() => scene[Symbol.asyncDispose]());

const writes = () => scene.webhooks.calls.filter((call) => call === "ensure" || call === "remove").length;
const jobs = async () => (await scene.store.jobs({ stage: "tend", limit: 9 })).map(({ subject }) => subject);

describe("connect", () => {
  it("makes the webhook, remembers it without its secret, and has it looked after", async () => {
    const connected = await scene.connect();
    expect(connected).toMatchObject({ plan: { kind: "create" }, state: { ids: ["1"], faults: [] } });
    expect(scene.webhooks.standing).toMatchObject([{ place: REPOSITORY, url: URL, secret: SECRET }]);
    const kept = await scene.kept();
    expect(kept).toMatchObject({ forge: "acme", place: REPOSITORY, url: URL, found: "" });
    expect(kept?.secretDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(await jobs()).toEqual(["acme"]);
  });

  it("changes nothing the second time", async () => {
    await scene.connect();
    const [before, done] = [await scene.kept(), writes()];
    expect(await scene.connect()).toMatchObject({ plan: { kind: "nothing", reasons: [] } });
    expect(writes()).toBe(done);
    expect(await scene.kept()).toEqual(before);
  });

  it.each([true, false])("only says what it would do: %s", async (there) => {
    if (there) scene.webhooks.standing.push({ place: REPOSITORY, url: URL, secret: "", faults: ["is off"] });
    const connected = await scene.connect({ dryRun: true });
    expect(connected.plan).toMatchObject(
      there
        ? { kind: "mend", reasons: ["is off", expect.stringMatching(/did not write it/)] }
        : { kind: "create" },
    );
    expect(connected).not.toHaveProperty("state");
    expect(scene.webhooks.calls).toEqual(["inspect"]);
    expect(await scene.store.hooks()).toEqual([]);
    expect(await jobs()).toEqual([]);
  });

  it("mends what is wrong, and writes the secret only where it is not the one that it wrote", async () => {
    await scene.connect();
    const [hook] = scene.webhooks.standing;
    if (hook === undefined) throw new Error("there is no webhook");
    [hook.faults, hook.secret] = [["is off"], "as it was"];
    expect((await scene.connect()).plan).toMatchObject({ kind: "mend", reasons: ["is off"], renew: false });
    expect(hook).toMatchObject({ faults: [], secret: "as it was" });
    expect((await scene.connect({ secret: "another" })).plan.reasons).toEqual([
      "has another secret than the config",
    ]);
    expect(hook.secret).toBe("another");
    expect((await scene.connect({ secret: "another" })).plan.kind).toBe("nothing");
  });

  it("moves the webhook that it made to another address", async () => {
    const url = "https://new.example.com/webhooks/acme";
    await scene.connect();
    expect(await scene.connect({ url })).toMatchObject({ before: URL, plan: { kind: "create" } });
    expect(scene.webhooks.standing.map((hook) => hook.url)).toEqual([url]);
    expect(await scene.store.hooks()).toMatchObject([{ url }]);
  });

  it("has nobody look after it where the config says that nobody looks", async () => {
    await scene.connect({ tended: false });
    expect(await jobs()).toEqual([]);
  });

  it("goes on where it stopped before it was written down", async () => {
    scene.webhooks.standing.push({ place: REPOSITORY, url: URL, secret: SECRET, faults: [] });
    expect(await scene.connect()).toMatchObject({ plan: { kind: "mend", renew: true } });
    expect(scene.webhooks.standing).toHaveLength(1);
    expect((await scene.connect()).plan.kind).toBe("nothing");
  });
});

describe("the test of the forge", () => {
  it("has arrived when a delivery of that forge is kept after it was asked for", async () => {
    await scene.store.record(arrival({ id: "old", forge: "acme" }));
    trial = async () => {
      await scene.store.record(arrival({ id: "other", forge: "github" }));
      await scene.store.record(arrival({ id: "ping", forge: "acme" }, { wanted: false }));
      return { kind: "sent" };
    };
    const connected = await scene.connect({ wait: 10_000 });
    const [newest] = await scene.store.deliveries({ forge: "acme", limit: 1 });
    expect(connected.tried).toEqual({ kind: "arrived", delivery: newest?.key });
    expect(isWell(connected)).toBe(true);
    expect(scene.waited).toEqual([10_000]);
  });

  it("is waited for in vain where nothing comes", async () => {
    trial = () => Promise.resolve({ kind: "sent" });
    const connected = await scene.connect({ wait: 1 });
    expect(connected.tried).toEqual({ kind: "silent", waited: 1 });
    expect(isWell(connected)).toBe(false);
  });

  it.each([
    [{ kind: "answered", status: 200 }, { kind: "arrived" }, true],
    [{ kind: "answered", status: 401 }, { kind: "answered", status: 401 }, false],
    [{ kind: "answered", status: 0 }, { kind: "answered", status: 0 }, false],
    [{ kind: "unsupported" }, { kind: "unsupported" }, true],
  ] as const)("that ends with %j is told as %j, and is well: %s", async (said, tried, well) => {
    trial = () => Promise.resolve(said);
    const connected = await scene.connect({ wait: 10_000 });
    expect(connected.tried).toEqual(tried);
    expect(isWell(connected)).toBe(well);
  });

  it("that the forge refuses does not undo what was made", async () => {
    scene.webhooks.failNext("test", new ForgehandError("FORGE_REFUSED", "There is nothing to send."));
    const connected = await scene.connect({ wait: 10_000 });
    expect(connected.tried).toEqual({ kind: "refused", reason: "There is nothing to send." });
    expect(await scene.kept()).toBeDefined();
  });

  it("is sent the second time too, and never where nobody wants it", async () => {
    await scene.connect({ wait: 10_000 });
    await scene.connect({ wait: 10_000 });
    await scene.connect();
    expect(scene.webhooks.calls.filter((call) => call === "test")).toHaveLength(2);
  });
});

describe("disconnect", () => {
  const goodbye = (wish: Partial<Parameters<typeof disconnect>[1]> = {}) =>
    disconnect(scene, { place: REPOSITORY, url: URL, dryRun: false, tended: true, ...wish });

  it("removes what it made and what sends to us, and forgets it", async () => {
    await scene.connect({ url: "https://old.example.com/webhooks/acme" });
    scene.webhooks.standing.push({ place: REPOSITORY, url: URL, secret: "", faults: [] });
    scene.webhooks.standing.push({
      place: REPOSITORY,
      url: "https://theirs.example",
      secret: "",
      faults: [],
    });
    expect(await goodbye()).toMatchObject({ removed: 2, known: true });
    expect(scene.webhooks.standing.map(({ url }) => url)).toEqual(["https://theirs.example"]);
    expect(await scene.store.hooks()).toEqual([]);
    expect(await goodbye()).toMatchObject({ removed: 0, known: false });
  });

  it("only says what it would do", async () => {
    await scene.connect();
    expect(await goodbye({ dryRun: true })).toMatchObject({ removed: 1, known: true });
    expect(scene.webhooks.standing).toHaveLength(1);
    expect(await scene.kept()).toBeDefined();
  });

  it("forgets what it made where the place is gone, however its name is spelt", async () => {
    await scene.connect();
    scene.webhooks.failNext("remove", new ForgehandError("FORGE_NOT_FOUND", "There is no such repository."));
    const place = { ...REPOSITORY, name: "Octo/Hello" };
    expect(await goodbye({ place })).toMatchObject({ removed: 0, known: true });
    expect(await scene.store.hooks()).toEqual([]);
  });

  it("tells what the forge refuses, and then forgets nothing", async () => {
    await scene.connect();
    scene.webhooks.failNext("remove", new ForgehandError("FORGE_REFUSED", "Not with this token."));
    await expect(goodbye()).rejects.toThrow("Not with this token.");
    expect(await scene.kept()).toBeDefined();
  });
});

describe("while a server looks after the webhooks of the forge", () => {
  it("nothing is connected and nothing disconnected, but after it", async () => {
    const { store } = scene;
    await ask(store, "tend", "acme");
    const claim = await claimed(store, "tend");
    const connected = scene.connect();
    expect(await store.jobs({ stage: "tend", limit: 9 })).toMatchObject([{ held: true }]);
    expect(scene.webhooks.calls).toEqual([]);
    await store.complete(claim, nothing, { again: LONG });
    expect(await connected).toMatchObject({ plan: { kind: "create" } });

    const again = await claimed(store, "tend");
    const gone = disconnect(scene, { place: REPOSITORY, url: URL, dryRun: false, tended: true });
    await store.complete(again, nothing, { again: LONG });
    expect(await gone).toMatchObject({ removed: 1 });
    expect(await store.hooks()).toEqual([]);
  });

  it("its job that was due goes on, also where nothing was changed", async () => {
    const { store } = scene;
    await scene.connect();
    await store.complete(await claimed(store, "tend"), nothing, { again: OVER });
    await until(async () => (await store.jobs({ stage: "tend", limit: 1 }))[0]!.dueAt! <= new Date());
    expect(await scene.connect()).toMatchObject({ plan: { kind: "nothing" } });
    expect(await jobs()).toEqual(["acme"]);
  });

  it("a job that was taken goes back where the forge refuses", async () => {
    scene.webhooks.failNext("inspect", new ForgehandError("FORGE_REFUSED", "Not with this token."));
    await expect(scene.connect()).rejects.toThrow("Not with this token.");
    expect(await scene.store.jobs({ stage: "tend", limit: 9 })).toMatchObject([{ held: false, error: "" }]);
  });
});
