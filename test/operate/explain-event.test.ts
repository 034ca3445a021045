import { expect, it } from "@jest/globals";

import { explainedEvent } from "../../src/operate/explain-event.ts";
import { fixtures } from "../support/fixtures.ts";

const PROMISED =
  "kind action repo actor issue pullRequest label ref before after comment id fullName login number title state labels " +
  "source branch target headSha fork draft body assignee review check name sha";

it("an explained event has no key that is not promised", () => {
  const keys = new Set<string>();
  for (const { reading } of fixtures("github")) {
    const events = reading.kind === "event" ? reading.events.map(explainedEvent) : [];
    JSON.stringify(events, (key, value: unknown) => {
      if (!/^\d*$/.test(key)) keys.add(key);
      return value;
    });
  }
  expect([...keys].sort()).toEqual(PROMISED.split(" ").sort());
});
