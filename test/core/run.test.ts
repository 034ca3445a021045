import { describe, expect, it } from "@jest/globals";

import type { RunMove, RunState } from "../../src/core/run.ts";
import { isOver, moved, MOVES } from "../../src/core/run.ts";

const moves: RunMove[] = ["start", "succeed", "fail", "error", "cancel", "requeue", "pause", "resume"];
const states = Object.keys(MOVES) as RunState[];

describe("the moves of a run", () => {
  it.each([
    ["queued", "start", "running"],
    ["queued", "cancel", "cancelled"],
    ["queued", "error", "errored"],
    ["running", "start", "running"],
    ["running", "succeed", "succeeded"],
    ["running", "fail", "failed"],
    ["running", "error", "errored"],
    ["running", "cancel", "cancelled"],
    ["running", "requeue", "queued"],
    ["queued", "pause", "paused"],
    ["running", "pause", "paused"],
    ["paused", "resume", "queued"],
    ["paused", "cancel", "cancelled"],
    ["paused", "error", "errored"],
  ] as const)("%s and %s make %s", (from, move, to) => {
    expect(moved(from, move)).toBe(to);
  });

  it("are refused wherever the table has none", () => {
    const illegal = states.flatMap((state) =>
      moves.filter((move) => MOVES[state][move] === undefined).map((move) => [state, move] as const),
    );
    expect(illegal).toHaveLength(42);
    for (const [state, move] of illegal) expect(() => moved(state, move)).toThrow(`${state} cannot ${move}`);
  });

  it("end in four states", () => {
    expect(states.filter(isOver)).toEqual(["succeeded", "failed", "errored", "cancelled"]);
  });
});
