import { expect, it } from "@jest/globals";

import { planOf, sentenceOf } from "../../src/hooks/plan.ts";

const well = { ids: ["1"], faults: [] };

it.each([
  ["is made where none is", { ids: [], faults: [] }, "unknown", { kind: "create", renew: false }],
  ["is left alone where all is well", well, "written", { kind: "nothing", renew: false }],
  ["gets the secret of the config in place of another", well, "another", { kind: "mend", renew: true }],
  ["gets a secret where nobody knows what it has", well, "unknown", { kind: "mend", renew: true }],
  [
    "is mended, and keeps its secret",
    { ...well, faults: ["is off"] },
    "written",
    { kind: "mend", renew: false },
  ],
  [
    "that is held back is mended",
    { ...well, held: "onProbation" },
    "written",
    { kind: "mend", renew: false },
  ],
] as const)("a webhook %s", (_title, state, secret, plan) => {
  expect(planOf(state, secret)).toMatchObject(plan);
});

it("all that is wrong is said in one sentence", () => {
  const state = {
    ids: ["1"],
    faults: ["is switched off", "lacks the event push"],
    held: "disabled until 12:00",
  };
  expect(sentenceOf(planOf(state, "another").reasons)).toBe(
    "It is switched off, lacks the event push, is held back by the forge (disabled until 12:00) and has another secret than the config.",
  );
  expect(sentenceOf(["is off"])).toBe("It is off.");
  expect(sentenceOf([])).toBe("");
});
