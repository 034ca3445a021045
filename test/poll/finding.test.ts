import { describe, expect, it } from "@jest/globals";

import { POLL_DOOR } from "../../src/core/delivery.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import { NOBODY } from "../../src/core/event.ts";
import { readFinding } from "../../src/core/finding.ts";
import { toArrival } from "../../src/poll/finding.ts";
import { issueEvent, pullRequest, pullRequestEvent, pushEvent } from "../support/samples.ts";

const AT = new Date(5);
const events: readonly ForgeEvent[] = [
  issueEvent({ action: "label_updated", label: undefined, actor: NOBODY, confidential: true }),
  issueEvent({ action: "opened", label: undefined }),
  pullRequestEvent(),
  pullRequestEvent({
    action: "updated",
    before: "a",
    after: "b",
    pullRequest: pullRequest({
      source: { branch: "x", repo: null },
      fork: true,
      draft: true,
      url: "https://f/1",
    }),
  }),
  pushEvent({ action: "created" }),
  pushEvent({ action: "deleted", before: "a", after: undefined }),
];

describe("a finding", () => {
  it.each(events)(
    "is a delivery of the poller's door that reads as what was found: $kind $action",
    (event) => {
      const { delivery, reading, wanted } = toArrival("github", { events: [event], version: "1" }, AT);
      expect(delivery).toMatchObject({ forge: "github", door: POLL_DOOR, event: "finding", receivedAt: AT });
      expect(reading).toEqual({ kind: "event", events: [event] });
      expect(wanted).toBe(true);
      expect(readFinding(delivery.body)).toEqual(JSON.parse(JSON.stringify(reading)));
    },
  );

  it("is the same when it is found again, and another when it is of another version", () => {
    const id = (version: string) => toArrival("github", { events, version }, new Date()).delivery.id;
    expect(id("1")).toBe(id("1"));
    expect(id("1")).not.toBe(id("2"));
  });

  it.each([
    "",
    "{",
    "null",
    '{"events":[{"kind":"comment"}]}',
    '{"events":[{"kind":"push","action":"merged"}]}',
  ])("that is %j cannot be read", (text) => {
    expect(readFinding(new TextEncoder().encode(text))).toMatchObject({ kind: "unreadable" });
  });
});
