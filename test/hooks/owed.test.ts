import { describe, expect, it } from "@jest/globals";

import type { Recovery } from "../../src/core/kept-hook.ts";
import { lostSince, owed } from "../../src/hooks/owed.ts";

const at = new Date("2026-11-25T12:00:00Z");
const lost = { attempt: "5", id: "guid", at };
const recovery = (change: Partial<Recovery>): Recovery => ({
  attempt: "5",
  lostAt: at,
  outcome: "asked",
  tries: 1,
  ...change,
});

describe("a lost delivery", () => {
  it.each([
    ["that nobody asked for is owed", [], [], true],
    ["that came by another way is not owed", ["guid"], [], false],
    ["that was sent again is not owed", [], [recovery({ outcome: "resent" })], false],
    ["that was read is not owed", [], [recovery({ outcome: "read" })], false],
    ["that the forge does not have any more is not owed", [], [recovery({ outcome: "gone" })], false],
    ["whose bringing nobody saw the end of is owed", [], [recovery({ tries: 2 })], true],
    ["that was begun to be brought too often is not owed", [], [recovery({ tries: 3 })], false],
    [
      "that was lost again when it was sent again is owed",
      [],
      [recovery({ attempt: "4", id: "guid", outcome: "resent" })],
      true,
    ],
    [
      "that is lost each time is not owed for ever",
      [],
      ["2", "3", "4"].map((attempt) => recovery({ attempt, id: "guid", outcome: "resent" })),
      false,
    ],
  ])("%s", (_title, known, recoveries, isOwed) => {
    expect(owed([lost], { known: new Set(known), recoveries })).toEqual(isOwed ? [lost] : []);
  });

  it.each([
    [
      "the last look, and an hour before it",
      "2026-11-20T00:00:00Z",
      "2026-11-25T10:00:00Z",
      "2026-11-25T09:00:00Z",
    ],
    [
      "no time before it was connected",
      "2026-11-25T09:30:00Z",
      "2026-11-25T10:00:00Z",
      "2026-11-25T09:30:00Z",
    ],
    [
      "no time that forges have forgotten",
      "2026-11-01T00:00:00Z",
      "2026-11-02T00:00:00Z",
      "2026-11-22T12:00:00Z",
    ],
  ])("is asked for since %s", (_title, connectedAt, healedUntil, since) => {
    const hook = {
      forge: "github",
      place: { level: "repository", name: "octo/hello" },
      url: "https://bot.example.com/webhooks/github",
      found: "",
      connectedAt: new Date(connectedAt),
      healedUntil: new Date(healedUntil),
    } as const;
    expect(lostSince(hook, at)).toEqual(new Date(since));
  });
});
