import { expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import { watchGate } from "../../src/receive/turned-away.ts";
import { temporaryStore } from "../support/temporary.ts";

const one = { forge: "github", address: "/webhooks/:forge", reason: "No signature." };

it("what was turned away alike is one row with a count, also over a new start", async () => {
  await using kept = await temporaryStore();
  let clock = 0;
  const open = () => watchGate({ store: kept.store, log: silent, now: () => new Date(clock) });
  for (const at of [1, 2]) {
    const gate = open();
    clock = at * 1_000;
    gate.note(one);
    gate.note(one);
    await gate.stop();
  }
  expect(await kept.store.turnedAway()).toEqual([
    { ...one, count: 4, firstAt: new Date(1_000), lastAt: new Date(2_000) },
  ]);
});

it("nobody can make it grow: a hundred stay, those that came last", async () => {
  await using kept = await temporaryStore();
  let clock = 0;
  for (let round = 0; round < 2; round++) {
    const gate = watchGate({ store: kept.store, log: silent, now: () => new Date(++clock) });
    for (let count = 0; count < 150; count++) gate.note({ ...one, reason: `Reason ${round} ${count}` });
    await gate.stop();
  }
  const turned = await kept.store.turnedAway();
  expect(turned).toHaveLength(100);
  expect(turned.every(({ reason }) => reason.startsWith("Reason 1"))).toBe(true);
});

it("keeps no more of a reason than a sentence", async () => {
  await using kept = await temporaryStore();
  const gate = watchGate({ store: kept.store, log: silent });
  gate.note({ ...one, reason: "x".repeat(10_000) });
  await gate.stop();
  expect((await kept.store.turnedAway())[0]!.reason).toHaveLength(300);
});
