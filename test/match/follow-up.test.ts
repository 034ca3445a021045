import { describe, expect, it } from "@jest/globals";

import type { FollowUp } from "../../src/core/automation.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import { COMMENT_MARKER } from "../../src/core/text.ts";
import { urgeOf } from "../../src/match/follow-up.ts";
import { wants } from "../../src/match/wants.ts";
import {
  agentAutomation,
  automation,
  checkEvent,
  commentEvent,
  issueEvent,
  only,
  pullRequest,
  pullRequestEvent,
  pushEvent,
  reviewEvent,
} from "../support/samples.ts";

const around = { forge: "github", contexts: ["forgehand/coding-agent", "our own"] };
const on = { pullRequest: pullRequest(), issue: undefined };
const said = (body: string) => commentEvent(body, on);
const followUp = (change: Partial<FollowUp>) => ({
  followUp: { comments: true, reviews: true, checks: true, depth: 3, ...change },
});

describe("what urges an agent on", () => {
  it.each<[string, ForgeEvent, string]>([
    ["a mention", said("Shorter, @forgehand, please"), "mentions @forgehand"],
    ["a mention on an issue", commentEvent("@forgehand use tabs"), "mentions @forgehand"],
    ["run", said("/forgehand run"), '"/forgehand run"'],
    ["run by a mention", said("@forgehand run"), '"@forgehand run"'],
    ["run and its name", said("/forgehand run Coding-Agent"), '"/forgehand run coding-agent"'],
    ["a review that requests changes", reviewEvent("changes_requested"), "requests changes"],
    ["a check that failed", checkEvent("build", "failure"), '"build" failed'],
    ["a check that could not say", checkEvent("build", "error"), '"build" failed'],
  ])("is %s, and such deliveries are kept", (_, event, reason) => {
    expect(urgeOf(event, agentAutomation(), around)?.reason).toContain(reason);
    const door = { forge: "github", door: "" };
    expect(wants({ kind: "event", events: [event] }, [agentAutomation()], door)).toBe(true);
  });

  it("is the automation's own command word", () => {
    const agent = agentAutomation({ on: { command: "fix" } });
    expect(urgeOf(said("/forgehand fix"), agent, around)?.reason).toContain('"/forgehand fix"');
  });

  it.each<[string, ForgeEvent]>([
    ["talk that mentions nobody", said("Looks good.")],
    ["a mention in a quote", said("> @forgehand, do it\nI would not.")],
    ["a mention in code", said("`@forgehand`")],
    ["another command", said("/forgehand status")],
    ["run and another name", said("/forgehand run other")],
    ["our own comment", said(`${COMMENT_MARKER}\n@forgehand run`)],
    ["a review that approves", reviewEvent("approved")],
    ["a review that only comments", reviewEvent("commented")],
    ["a check that went well", checkEvent("build", "success")],
    ["a check that was cancelled", checkEvent("build", "cancelled")],
    ["our own check", checkEvent("forgehand/coding-agent", "failure")],
    ["our own check by a name that its owner gave it", checkEvent("Our Own", "failure")],
    ["a push", pushEvent()],
    ["a pull request", pullRequestEvent()],
    ["an issue", issueEvent()],
    ["an internal note", commentEvent("@forgehand run", { ...on, confidential: true })],
  ])("is not %s", (_, event) => {
    expect(urgeOf(event, agentAutomation(), around)).toBeUndefined();
  });

  it.each<[string, ForgeEvent, Parameters<typeof agentAutomation>[0]]>([
    ["comments", said("@forgehand run"), followUp({ comments: false })],
    ["reviews", reviewEvent("changes_requested"), followUp({ reviews: false })],
    ["checks", checkEvent("build", "failure"), followUp({ checks: false })],
    ["other repositories", said("@forgehand run"), { repositories: only("octo/other") }],
    ["other forges", said("@forgehand run"), { forges: only("acme") }],
    ["no clone", said("@forgehand run"), { workspace: "none" }],
  ])("leaves an automation alone whose owner wants it so: %s", (_, event, change) => {
    expect(urgeOf(event, agentAutomation(change), around)).toBeUndefined();
  });

  it("leaves plain commands alone", () => {
    expect(urgeOf(said("@forgehand run"), automation(), around)).toBeUndefined();
  });

  it("says whom a command speaks to in front, and that a mention is talk", () => {
    expect(urgeOf(said("@somebody: run"), agentAutomation(), around)?.to).toEqual({ mentioned: "somebody" });
    expect(urgeOf(said("Hi @somebody"), agentAutomation(), around)?.to).toBe("mention");
    expect(urgeOf(said("/forgehand run"), agentAutomation(), around)?.to).toBeUndefined();
  });
});
