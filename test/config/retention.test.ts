import { describe, expect, it } from "@jest/globals";

import { configOf, problemsOf } from "./loading.ts";

const DAY = 24 * 3_600_000;
const GIB = 1024 ** 3;
const STANDARD = {
  bodies: { age: 14 * DAY },
  deliveries: {},
  logs: { age: 30 * DAY },
  runs: {},
  mirrors: 10 * GIB,
  every: 3_600_000,
};

describe("what is kept how long", () => {
  it.each<[string, object]>([
    ["{}", {}],
    ["{ bodies: 7d }", { bodies: { age: 7 * DAY } }],
    ["{ bodies: 12h, logs: false }", { bodies: { age: DAY / 2 }, logs: {} }],
    ["{ bodies: { size: 5GiB } }", { bodies: { age: 14 * DAY, size: 5 * GIB } }],
    ["{ logs: { age: false, size: 5GiB } }", { logs: { size: 5 * GIB } }],
    ["{ deliveries: 7d, runs: 365d }", { deliveries: { age: 7 * DAY }, runs: { age: 365 * DAY } }],
    ["{ mirrors: false, every: 10m }", { mirrors: undefined, every: 600_000 }],
  ])("%s", (written, change) => {
    expect(configOf(`retention: ${written}`).retention).toEqual({ ...STANDARD, ...change });
  });

  it.each([
    ["{ bodies: 14 }", "retention.bodies", /expected false/],
    ["{ bodies: 2w }", "retention.bodies", /Write an age/],
    ["{ bodies: { size: 5GB } }", "retention.bodies.size", /Write a size/],
    ["{ deliveries: 6d }", "retention.deliveries", /at least 7d/],
    ["{ runs: 24h }", "retention.runs", /at least 7d/],
    ["{ runs: { size: 1GiB } }", "retention.runs", /expected false/],
    ["{ mirrors: 3GB }", "retention.mirrors", /Write a size/],
    ["{ workspaces: 1d }", "retention.workspaces", /no such setting/],
  ])("%s is refused", (written, path, message) => {
    expect(problemsOf(`retention: ${written}`)).toMatchObject([
      { path, message: expect.stringMatching(message) },
    ]);
  });
});
