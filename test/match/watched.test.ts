import { describe, expect, it } from "@jest/globals";

import type { Automation, Trigger } from "../../src/core/automation.ts";
import type { Ability } from "../../src/core/forge.ts";
import type { Wanted } from "../../src/core/watch.ts";
import { watchedOf } from "../../src/match/watched.ts";
import { automation, only } from "../support/samples.ts";

const NOTHING: Wanted = { issues: false, pullRequests: false, heads: false, branches: false, labels: [] };

const watched = (automations: readonly Automation[], lacks: readonly Ability[] = []) =>
  watchedOf(automations, { forge: "github", fullName: "octo/hello", lacks });

describe("what is looked at", () => {
  it.each<[Trigger, Partial<Wanted>]>([
    [{ label: "Fix It" }, { issues: true, pullRequests: true, labels: ["fix it"] }],
    [{ pullRequest: ["opened"] }, { pullRequests: true }],
    [{ pullRequest: ["updated"] }, { pullRequests: true, heads: true }],
    [{ pullRequest: ["ready"] }, { pullRequests: true }],
    [{ pullRequest: ["reopened"] }, { pullRequests: true }],
    [{ pullRequest: ["merged", "closed", "edited", "draft"] }, {}],
    [{ branchPrefix: "agent/" }, { pullRequests: true }],
    [{ titlePrefix: "[agent]" }, { issues: true, pullRequests: true }],
    [{ issue: ["opened"] }, { issues: true }],
    [{ issue: ["closed"] }, {}],
    [{ push: true }, { branches: true }],
    [{ push: false }, {}],
    [{ tag: true }, {}],
    [{ command: "test" }, {}],
    [{ mention: true }, { issues: true, pullRequests: true }],
    [{ assigned: true, labelRemoved: "a", review: ["approved"], check: ["failure"] }, {}],
  ])("for %j", (on, wanted) => {
    expect(watched([automation({ on })])).toEqual({ ...NOTHING, ...wanted });
  });

  it("is what any automation there asks for", () => {
    const automations = [
      automation({ on: { label: "b" } }),
      automation({ on: { label: "A" } }),
      automation({ on: { push: true } }),
    ];
    expect(watched(automations)).toMatchObject({ issues: true, branches: true, labels: ["a", "b"] });
  });

  it("is nothing for automations of other forges and repositories", () => {
    expect(watched([automation({ forges: only("acme") })])).toEqual(NOTHING);
    expect(watched([automation({ repositories: only("octo/other", "acme/*") })])).toEqual(NOTHING);
    expect(watched([automation({ repositories: only("Octo/*") })])).not.toEqual(NOTHING);
  });

  it.each<[Ability, Partial<Wanted>]>([
    ["issues", { pullRequests: true, labels: ["fix it"] }],
    ["lists of issues", { pullRequests: true, labels: ["fix it"] }],
    ["pull requests", { issues: true, labels: ["fix it"] }],
    ["lists of pull requests", { issues: true, labels: ["fix it"] }],
    ["labels", {}],
  ])("is less where the forge has no %s", (lacking, wanted) => {
    expect(watched([automation({ on: { label: "fix it" } })], [lacking])).toEqual({ ...NOTHING, ...wanted });
  });
});
