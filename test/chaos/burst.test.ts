import { afterAll, beforeAll, expect, it } from "@jest/globals";

import type { Burst } from "../../chaos/burst.ts";
import { planBurst } from "../../chaos/burst.ts";
import { happen } from "../../chaos/happenings.ts";
import { randomFrom } from "../../chaos/random.ts";
import { openWorlds } from "../../chaos/scene.ts";
import { sizeOf } from "../../chaos/size.ts";
import type { World } from "../../demo/world.ts";
import { temporaryFolder } from "../support/temporary.ts";

const DELIVERIES = 300;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let worlds: World[];
let burst: Burst;

beforeAll(async () => {
  folder = await temporaryFolder();
  worlds = await openWorlds(folder.path);
  const random = randomFrom(7);
  const starting = await happen(worlds, 21, random);
  burst = await planBurst(worlds, starting, { deliveries: DELIVERIES, random });
});
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.close()));
  await folder[Symbol.asyncDispose]();
});

const all = () => Array.from({ length: DELIVERIES }, (_, index) => index);

it("tells of as many runs as were asked for, on every forge, each of something else", () => {
  expect(burst.runs).toHaveLength(21);
  expect(new Set(burst.runs.map(({ forge }) => forge)).size).toBe(worlds.length);
  expect(new Set(burst.runs.map((run) => JSON.stringify(run))).size).toBe(21);
});

it("sends some deliveries twice, with the same id, and all others with ids of their own", () => {
  const { own, twice, unsigned } = burst.counts;
  expect(own + twice + unsigned).toBe(DELIVERIES);
  expect(twice).toBeGreaterThan(0);
  const ids = all().map((index) => `${burst.parcel(index).forge} ${burst.id(index)}`);
  expect(new Set(ids).size).toBe(own + unsigned);
});

it("takes every proof from what nobody signed, and from nothing else", () => {
  const bare = all().filter((index) => !burst.parcel(index).proven);
  expect(bare).toHaveLength(burst.counts.unsigned);
  expect(bare.length).toBeGreaterThan(0);
  for (const index of all()) {
    const names = Object.keys(burst.request(index).headers).join(" ");
    expect(/signature|authorization/.test(names)).toBe(burst.parcel(index).proven);
  }
});

it("makes a delivery the same way whenever it is asked for", () => {
  expect(burst.request(5).body).toBe(burst.request(5).body);
});

it("chooses the same again by the same seed", () => {
  const [one, other] = [randomFrom(3), randomFrom(3)];
  expect(one.shuffled([1, 2, 3, 4, 5])).toEqual(other.shuffled([1, 2, 3, 4, 5]));
  expect(one.below(1_000)).toBe(other.below(1_000));
  expect(randomFrom(4).next()).not.toBe(randomFrom(5).next());
});

it.each([
  ["ci", { deliveries: 2_000, runs: 50, kills: 10 }],
  ["5000", { deliveries: 5_000, runs: 100, kills: 10 }],
  ["0", undefined],
  ["weekly", undefined],
  ["constructor", undefined],
])("the size %s", (text, size) => expect(sizeOf(text)).toEqual(size));
