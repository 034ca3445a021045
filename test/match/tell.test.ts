import { expect, it } from "@jest/globals";

import type { Decision } from "../../src/core/decision.ts";
import type { Plan } from "../../src/match/plan.ts";
import { tell } from "../../src/match/tell.ts";
import { recordingLog } from "../support/recording-log.ts";
import { newRun } from "../support/samples.ts";

const match = { automation: "agent", event: 0, matched: true, reason: "It fits.", stillToAsk: [] };
const decided = (outcome: Decision["outcome"], run?: number): Decision => ({ ...match, outcome, run });
const start = (run: Partial<ReturnType<typeof newRun>>): Plan => ({
  kind: "start",
  match,
  run: newRun(run),
  cause: { key: "k" },
  cancelsOlder: false,
  rules: { concurrency: "newest" },
  alone: false,
});
const nothing: Plan = { kind: "nothing", match, outcome: "dropped", reason: "It is a draft." };

it.each([
  ["a label that started a run", start({}), decided("run", 3), ["label matched", "run queued"]],
  ["a push", start({ label: undefined, publishes: false, sha: "a" }), decided("run", 3), ["run queued"]],
  [
    "what has no commit to show a status on",
    start({ label: undefined, publishes: false }),
    decided("run", 3),
    ["run queued", "Webhook event did not have a status API endpoint associated, skipping."],
  ],
  ["what was dropped", nothing, decided("dropped"), ["ignoring"]],
  ["what waits", start({}), decided("waits"), ["ignoring"]],
  ["what has nothing to do with it", nothing, decided("not matched"), []],
])("the log tells of %s", (_what, plan, decision, messages) => {
  const { log, lines } = recordingLog();
  tell(log, { forge: "github", key: "7", event: "issues" }, [{ plan, decision }]);
  expect(lines.map(({ level, message }) => [level, message])).toEqual(messages.map((one) => ["info", one]));
  for (const { data } of lines) expect(data).toMatchObject({ delivery: "7", automation: "agent" });
});
