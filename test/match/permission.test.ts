import { describe, expect, it } from "@jest/globals";

import type { Allow } from "../../src/core/automation.ts";
import { NOBODY, OPERATOR } from "../../src/core/event.ts";
import type { Actor, ForgeEvent } from "../../src/core/event.ts";
import { refusalOf, refusalOfApproval } from "../../src/match/permission.ts";
import { fakeForge } from "../support/fake-forge.ts";
import {
  alice,
  allow,
  automation,
  issueEvent,
  pullRequest,
  pullRequestEvent,
  pushEvent,
  repo,
} from "../support/samples.ts";

const { signal } = new AbortController();
const updated = (fork: boolean | undefined) =>
  pullRequestEvent({ action: "updated", pullRequest: pullRequest({ fork }) });

it.each<[string, ForgeEvent, Allow["permission"], RegExp | undefined]>([
  ["a push where write is enough", pushEvent(), "write", undefined],
  ["a push where less is enough", pushEvent(), "read", undefined],
  [
    "a push that a maintainer has to make",
    pushEvent(),
    "maintain",
    /proves write permission and no more; maintain/,
  ],
  ["a push that an admin has to make", pushEvent(), "admin", /proves write permission and no more; admin/],
  ["new commits from the repository itself", updated(false), "write", undefined],
  ["new commits that need an admin", updated(false), "admin", /admin is needed/],
  ["new commits of a fork", updated(true), "write", /Nobody can tell who did this to pull request #8/],
  ["new commits from who knows where", updated(undefined), "read", /Nobody can tell/],
  ["another change of a pull request", pullRequestEvent({ action: "labeled" }), "read", /Nobody can tell/],
  [
    "a push where only lists count",
    pushEvent(),
    undefined,
    /proves write permission and no more; more than that/,
  ],
  ["a change of an issue", issueEvent(), "read", /Nobody can tell who did this to issue #7/],
])("of nobody, %s is judged without asking the forge", async (_, of, permission, refusal) => {
  const forge = fakeForge();
  const refused = await refusalOf(
    forge,
    { actor: NOBODY, of },
    automation({ allow: allow(permission) }),
    signal,
  );
  if (refusal === undefined) expect(refused).toBeUndefined();
  else expect(refused).toMatch(refusal);
  expect(forge.calls).toEqual([]);
});

it("of somebody, the forge is asked, whatever the event proves", async () => {
  const forge = fakeForge();
  expect(await refusalOf(forge, { actor: alice, of: pushEvent() }, automation(), signal)).toBeUndefined();
  forge.permissions.set("alice", "read");
  expect(await refusalOf(forge, { actor: alice, of: pushEvent() }, automation(), signal)).toMatch(
    "alice has read permission in octo/hello; write or more is needed.",
  );
  expect(forge.calls).toEqual(["permission", "permission"]);
});

/** Whose permission is `write` on the forge, but for those who may do nothing. */
const WRITES = new Set(["alice", "dependabot[bot]", "robot", "writers-bot"]);

describe("who may ask", () => {
  const someone = (login: string, id = "5"): Actor => ({ id, login });

  it.each<[string, Allow, Actor, boolean]>([
    ["with enough permission", allow("write"), alice, true],
    ["with less permission", allow("maintain"), alice, false],
    ["without any", allow("read"), someone("mallory"), false],
    [
      "who is listed by id, whatever the permission",
      allow(undefined, { users: ["5"] }),
      someone("carol"),
      true,
    ],
    ["who is listed by login, in any case", allow(undefined, { users: ["ALICE"] }), alice, true],
    [
      "who is listed by login, but may not even read",
      allow(undefined, { users: ["carol"] }),
      someone("carol"),
      false,
    ],
    ["who has permission where only users count", allow(undefined, { users: ["carol"] }), alice, false],
    [
      "who is called like an id that is listed",
      allow(undefined, { users: ["77"] }),
      someone("77", "5"),
      false,
    ],
    [
      "without an id beside one that is empty",
      allow(undefined, { users: [""] }),
      someone("carol", ""),
      false,
    ],
    ["in a team", allow(undefined, { teams: ["octo/none", "octo/core"] }), someone("carol"), true],
    ["in no team", allow(undefined, { teams: ["octo/none"] }), someone("carol"), false],
    [
      "of whom the forge does not say",
      allow(undefined, { teams: ["octo/unknown"] }),
      someone("carol"),
      false,
    ],
    ["in a team, beside a permission that is missing", allow("admin", { teams: ["octo/core"] }), alice, true],
  ])("somebody %s", async (_, allowed, actor, may) => {
    const forge = fakeForge();
    forge.teams.set("octo/core", ["carol", "alice"]).set("octo/unknown", "unknown");
    const refused = await refusalOf(forge, { actor, of: issueEvent() }, { allow: allowed }, signal);
    if (may) expect(refused).toBeUndefined();
    else expect(refused).toMatch(/permission|not among those/);
  });

  it.each<[string, Allow, Actor, boolean]>([
    ["a suffix and write permission", allow("write"), someone("dependabot[bot]"), false],
    ["a suffix in any case", allow("read"), someone("alice[BOT]"), false],
    ["the forge's word that it is one", allow("write"), { ...someone("robot"), bot: true }, false],
    [
      "its login listed among users",
      allow("write", { users: ["robot"] }),
      { ...someone("robot"), bot: true },
      false,
    ],
    [
      "its id listed among users",
      allow("write", { users: ["5"] }),
      { ...someone("robot"), bot: true },
      false,
    ],
    [
      "its login listed among bots",
      allow("write", { bots: ["robot"] }),
      { ...someone("robot"), bot: true },
      false,
    ],
    ["its team listed", allow("write", { teams: ["octo/core"] }), { ...someone("robot"), bot: true }, false],
    ["its id listed among bots", allow(undefined, { bots: ["5"] }), { ...someone("robot"), bot: true }, true],
    ["an id listed that is another's", allow("write", { bots: ["6"] }), someone("dependabot[bot]"), false],
    ["no id at all", allow("write", { bots: [""] }), someone("dependabot[bot]", ""), false],
  ])("a machine account with %s", async (_, allowed, actor, may) => {
    const forge = fakeForge();
    for (const login of WRITES) forge.permissions.set(login, "write");
    forge.teams.set("octo/core", ["robot"]);
    const refused = await refusalOf(forge, { actor, of: issueEvent() }, { allow: allowed }, signal);
    if (may) expect(refused).toBeUndefined();
    else expect(refused).toContain("machine account");
  });

  it("the operator may, and no forge is asked", async () => {
    const of = {
      kind: "manual",
      action: "started",
      automation: "a",
      id: "1",
      repo,
      actor: OPERATOR,
    } as const;
    const forge = fakeForge();
    expect(await refusalOf(forge, { actor: OPERATOR, of }, automation(), signal)).toBeUndefined();
    expect(forge.calls).toEqual([]);
  });

  it.each<[string, Allow, boolean]>([
    ["may ask and write", allow("read"), true],
    ["is listed, but may only read", allow(undefined, { users: ["5"] }), false],
  ])("whoever approves code of a fork %s", async (_, allowed, may) => {
    const forge = fakeForge();
    forge.permissions.set("carol", may ? "write" : "read");
    const asking = { actor: someone("carol"), of: issueEvent() };
    const refused = await refusalOfApproval(forge, asking, { allow: allowed }, signal);
    if (may) expect(refused).toBeUndefined();
    else expect(refused).toContain("write or more is needed");
  });
});
