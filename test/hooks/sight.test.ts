import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { ForgehandError } from "../../src/core/errors.ts";
import type { Recovery } from "../../src/core/kept-hook.ts";
import { createDigest } from "../../src/hooks/digest.ts";
import { foundText, lossesOf, lossesText, seeHook, seeOwnHook } from "../../src/hooks/sight.ts";
import type { Scene } from "../support/hooks-scene.ts";
import { openScene, SECRET, URL } from "../support/hooks-scene.ts";
import { arrival } from "../support/store-samples.ts";

let scene: Scene;
beforeEach(async () => {
  scene = await openScene({ app: true });
});
afterEach(() => scene[Symbol.asyncDispose]());

describe("a webhook that is looked after", () => {
  beforeEach(() => scene.connect());

  const see = async (secret = SECRET) =>
    seeHook({ forge: scene.forge, secret, digest: await createDigest(scene.store) }, (await scene.kept())!);

  it("is shown as it is now, and nothing is changed", async () => {
    expect(await see()).toEqual({ ok: true, message: `It sends to ${URL}.` });
    scene.webhooks.standing[0]!.faults = ["is switched off"];
    expect(await see("another")).toEqual({
      ok: false,
      message: expect.stringMatching(
        /^It is switched off and has another secret than the config\. `forgehand serve`/,
      ),
    });
    scene.webhooks.standing.length = 0;
    expect(await see()).toMatchObject({ ok: false, message: expect.stringMatching(/not there any more/) });
    scene.webhooks.failNext("inspect", new ForgehandError("FORGE_REFUSED", "Not with this token."));
    expect(await see()).toEqual({ ok: false, message: "Not with this token." });
    expect(scene.webhooks.calls.filter((call) => call === "ensure")).toHaveLength(1);
  });

  it.each<[string, Partial<Recovery>[], string[], string]>([
    ["nothing of nothing", [], [], ""],
    ["one that was read", [{ outcome: "read" }], [], "1 delivery was lost since yesterday; 1 was brought."],
    [
      "two that were sent again, of which one came",
      [
        { outcome: "resent", id: "a" },
        { outcome: "resent", id: "b" },
      ],
      ["a"],
      "2 deliveries were lost since yesterday; 1 was brought.",
    ],
    [
      "one delivery that was lost twice and came",
      [
        { outcome: "resent", id: "a" },
        { outcome: "resent", id: "a" },
      ],
      ["a"],
      "1 delivery was lost since yesterday; 1 was brought.",
    ],
    ["one that is gone", [{ outcome: "gone" }], [], "1 delivery was lost since yesterday; 0 were brought."],
    ["what was lost long ago", [{ outcome: "gone", lostAt: new Date(0) }], [], ""],
  ])("tells of %s", async (_title, recoveries, came, text) => {
    const hook = (await scene.kept())!;
    for (const [index, change] of recoveries.entries()) {
      const recovery = {
        attempt: String(index),
        lostAt: new Date(),
        outcome: "asked",
        tries: 1,
        ...change,
      } as const;
      await scene.store.change((transaction) => transaction.saveRecovery(hook, recovery));
    }
    for (const id of came) await scene.store.record(arrival({ forge: "acme", id }));
    expect(lossesText(await lossesOf(scene.store, hook))).toBe(text);
  });
});

it("the webhook of an app registration is shown, and what to do where it sends to somebody else", async () => {
  const see = () => seeOwnHook({ forge: scene.forge, secret: SECRET }, URL);
  expect(await see()).toEqual({
    ok: false,
    message: expect.stringMatching(/^It does not send to .*forgehand connect acme --level system/),
  });
  const place = { level: "system", name: "" } as const;
  scene.webhooks.standing.push({ place, url: URL, secret: "", faults: [] });
  expect(await see()).toEqual({ ok: true, message: `It sends to ${URL}.` });
});

it("what a server found at its last look is told with the time", () => {
  expect(foundText({ found: "It is switched off.", checkedAt: new Date("2026-11-25T22:10:30Z") })).toBe(
    "At the last look (2026-11-25 22:10 UTC): It is switched off.",
  );
  expect(foundText({ found: "", checkedAt: new Date() })).toBe("");
});
