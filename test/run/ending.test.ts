import { describe, expect, it } from "@jest/globals";

import { ForgehandError } from "../../src/core/errors.ts";
import { StepStopped } from "../../src/core/job.ts";
import { endingOfError, endingOfExit, RunCancelled } from "../../src/run/ending.ts";

const standing = { commandStarted: false, restart: false, attempts: 1 };
const started = { ...standing, commandStarted: true };
const passing = new ForgehandError("FORGE_UNREACHABLE", "no answer", { retryable: true });
const final = new ForgehandError("FORGE_REFUSED", "no rights");

describe("what cut an attempt short", () => {
  it.each([
    ["a fault that may pass, before the command", passing, standing, { kind: "fault" }],
    ["an unknown fault, before the command", new Error("disk full"), standing, { kind: "fault" }],
    ["a fault that will not pass", final, standing, { kind: "over", move: "error" }],
    [
      "a fault that did not pass three times",
      passing,
      { ...standing, attempts: 3 },
      { kind: "over", move: "error" },
    ],
    ["a fault after the command", passing, started, { kind: "over", move: "error" }],
    ["a wish to cancel", new RunCancelled("stop"), started, { kind: "over", move: "cancel" }],
    ["a stopping worker, before the command", new StepStopped("stopping"), standing, { kind: "released" }],
    [
      "a stopping worker, after the command",
      new StepStopped("stopping"),
      started,
      { kind: "over", move: "error" },
    ],
    [
      "a stopping worker, with a restart",
      new StepStopped("stopping"),
      { ...started, restart: true },
      { kind: "released" },
    ],
    ["a lost claim", new StepStopped("lost"), started, { kind: "lost" }],
  ])("%s", (_, error, at, expected) => {
    expect(endingOfError(error, at)).toMatchObject(expected);
  });
});

describe("what a command's end is called", () => {
  it.each([
    [{ kind: "exited", code: 126 }, "may not be executed"],
    [{ kind: "killed", signal: "SIGKILL" }, "ended by SIGKILL"],
    [{ kind: "timed out" }, "longer than 45 minutes"],
    [
      { kind: "over limit", what: "more than 4 GiB of memory" },
      "used more than 4 GiB of memory and was ended",
    ],
  ] as const)("%j", (exit, words) => {
    const expected = { move: "fail", facts: { reason: expect.stringContaining(words) } };
    expect(endingOfExit(exit, 45 * 60_000)).toMatchObject(expected);
  });
});
