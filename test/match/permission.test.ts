import { expect, it } from "@jest/globals";

import type { Automation } from "../../src/core/automation.ts";
import { NOBODY } from "../../src/core/event.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import { refusalOf } from "../../src/match/permission.ts";
import { fakeForge } from "../support/fake-forge.ts";
import {
  alice,
  automation,
  issueEvent,
  pullRequest,
  pullRequestEvent,
  pushEvent,
} from "../support/samples.ts";

const { signal } = new AbortController();
const updated = (fork: boolean | undefined) =>
  pullRequestEvent({ action: "updated", pullRequest: pullRequest({ fork }) });

it.each<[string, ForgeEvent, Automation["allow"], RegExp | undefined]>([
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
  ["a change of an issue", issueEvent(), "read", /Nobody can tell who did this to issue #7/],
])("of nobody, %s is judged without asking the forge", async (_, of, allow, refusal) => {
  const forge = fakeForge();
  const refused = await refusalOf(forge, { actor: NOBODY, of }, automation({ allow }), signal);
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
