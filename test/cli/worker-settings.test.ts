import { describe, expect, it } from "@jest/globals";

import { idle, workerOf } from "../../src/cli/worker-settings.ts";

const CONFIGURED = { match: 4, run: 2, report: 4, poll: 1, tend: 1, schedule: 1, prune: 1, tags: ["arm"] };
const NOTHING = { match: 0, run: 0, report: 0, poll: 0, tend: 0, schedule: 0, prune: 0 };

describe("what a worker works on", () => {
  it.each([
    ["all of the config", CONFIGURED, {}, CONFIGURED],
    ["the stages that are named", CONFIGURED, { stages: ["run"] }, { ...CONFIGURED, ...NOTHING, run: 2 }],
    [
      "so many jobs at once, where more than one makes sense",
      CONFIGURED,
      { concurrency: 8 },
      { ...CONFIGURED, match: 8, run: 8, report: 8 },
    ],
    [
      "a stage that the config leaves to others, where it is named",
      { ...CONFIGURED, run: 0, poll: 0 },
      { stages: ["run", "poll"] },
      { ...CONFIGURED, ...NOTHING, run: 2, poll: 1 },
    ],
    ["nothing that the config leaves to others", { ...CONFIGURED, run: 0 }, {}, { ...CONFIGURED, run: 0 }],
    ["what asks for tags that it has", CONFIGURED, { tags: ["gpu"] }, { ...CONFIGURED, tags: ["gpu"] }],
  ] as const)("%s", (_, settings, wish, expected) => {
    expect(workerOf(settings, wish)).toEqual(expected);
  });

  it("is nothing where another process does the work", () => {
    expect(idle(CONFIGURED)).toEqual({ ...NOTHING, tags: ["arm"] });
  });
});
