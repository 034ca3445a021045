import { describe, expect, it } from "@jest/globals";

import { explainedEvent } from "../../src/operate/explain-event.ts";
import { explainText, turnedAwayText } from "../../src/operate/explain-text.ts";
import { issueEvent } from "../support/samples.ts";

const match = { automation: "agent", event: 0, matched: true, reason: "It was set.", stillToAsk: [] };
const reading = { kind: "event", events: [explainedEvent(issueEvent())] } as const;

describe("an explanation for a person", () => {
  it("is a tree of all that was looked at, with a cross where it ended", () => {
    const text = explainText({
      sender: { state: "proven" },
      reading,
      matches: [match],
      decisions: [
        {
          ...match,
          outcome: "refused",
          steps: [
            { what: "trigger", ok: true, said: "The label was set." },
            { what: "permission", ok: false, said: "mallory has read permission; write is needed." },
          ],
        },
      ],
    });
    expect(text.split("\n")).toEqual([
      "✓ sender: proven, it knows the secret of the webhook",
      "✓ reading: one event",
      '  issue labeled in octo/hello, issue #7, label "coding agent", by alice',
      "    ✗ agent: refused",
      "        ✓ trigger: The label was set.",
      "        ✗ permission: mallory has read permission; write is needed.",
    ]);
  });

  it("says what is still to be asked before anything is decided", () => {
    const text = explainText({
      sender: { state: "proven" },
      reading,
      matches: [{ ...match, stillToAsk: ["permission"] }],
    });
    expect(text).toContain("✓ agent: wanted");
    expect(text).toContain("still to be asked about: permission");
    expect(text).toContain("Nothing is decided about it yet.");
  });

  it("says why an unproven or ignored one came to nothing", () => {
    const text = explainText({
      sender: { state: "unproven", reason: "The signature is wrong." },
      reading: { kind: "ignored", reason: "It is a star." },
      matches: [],
    });
    expect(text).toBe("✗ sender: unproven. The signature is wrong.\n✗ reading: ignored. It is a star.");
  });

  it("tells of requests that were turned away", () => {
    const at = new Date("2026-11-27T06:00:00Z");
    const turned = {
      forge: "github",
      address: "/webhooks/:forge",
      reason: "No signature.",
      firstAt: at,
      lastAt: at,
    };
    expect(turnedAwayText([{ ...turned, count: 3 }])).toBe(
      "3 times, last at 2026-11-27T06:00:00.000Z, github by /webhooks/:forge: No signature.",
    );
    expect(turnedAwayText([])).toContain("No request was turned away");
  });
});
