import { describe, expect, it } from "@jest/globals";

import type { Automation } from "../../src/core/automation.ts";
import type { CheckEvent, ForgeEvent } from "../../src/core/event.ts";
import { guardForks } from "../../src/match/forks.ts";
import { startSteps } from "../../src/match/steps.ts";
import { scene } from "../support/match-scene.ts";
import {
  alice,
  allow,
  automation,
  commentEvent,
  OTHER_SHA,
  PULL_REQUEST,
  pullRequest,
  pullRequestEvent,
  repo,
  SHA,
} from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const mallory = { id: "666", login: "mallory" };
const approved = automation({
  name: "test",
  forks: "approve",
  on: { pullRequest: ["opened", "updated", "edited", "reopened"], command: "test" },
});
const place = { forge: "github", repo: repo.id, thread: PULL_REQUEST };
/** Begins like SHA, and is another. */
const ALIKE = SHA.slice(0, 12) + "c".repeat(28);

const fork = (headSha = SHA) =>
  pullRequest({ fork: true, headSha, source: { branch: "change", repo: "m/hello" } });
const opened = (headSha = SHA, action: "opened" | "updated" | "edited" | "reopened" = "opened") =>
  pullRequestEvent({ action, actor: mallory, pullRequest: fork(headSha) });
let comments = 0;
const say = (body: string, actor = alice) => {
  const { number, title, body: text, state, labels } = pullRequest();
  const told = { number, title, body: text, state, labels };
  const comment = { id: `c${++comments}`, body };
  return commentEvent(body, { actor, comment, issue: undefined, pullRequest: told });
};

/** A scene with a fork's pull request whose head can be pushed over. */
async function forked(
  kept: Awaited<ReturnType<typeof temporaryStore>>,
  automations: Automation[] = [approved],
) {
  const at = await scene(automations, kept.store);
  const push = (sha: string) => {
    at.forge.pullRequests.length = 0;
    at.forge.pullRequests.push(fork(sha));
  };
  push(SHA);
  const answer = async () => (await kept.store.answer(place))?.text;
  return { ...at, push, answer };
}

describe("a fork's pull request whose automation wants an approval", () => {
  it("waits, and runs exactly the head that somebody with the right names, in that person's name", async () => {
    await using kept = await temporaryStore();
    const { deliver, matchDue, runs } = await forked(kept);
    expect(await deliver(opened())).toMatchObject([
      { outcome: "waits", reason: expect.stringContaining(SHA) as unknown },
    ]);
    expect(await runs()).toEqual([]);
    expect(await kept.store.waits(place)).toMatchObject([{ automation: "test", sha: SHA }]);
    expect(await deliver(say(`/forgehand approve ${SHA}`))).toMatchObject([
      { automation: "test", outcome: "approved" },
    ]);
    expect(await matchDue()).toMatchObject([{ outcome: "run", run: 1 }]);
    expect(await runs()).toMatchObject([{ sha: SHA, actor: alice, automation: "test" }]);
    expect(await kept.store.waits(place)).toEqual([]);
    expect(await kept.store.approvals(place)).toMatchObject([{ sha: SHA, actor: alice }]);
  });

  it("needs a new approval for a newer head", async () => {
    await using kept = await temporaryStore();
    const { deliver, matchDue, runs, push } = await forked(kept);
    await deliver(opened());
    await deliver(say(`/forgehand approve ${SHA}`));
    await matchDue();
    push(OTHER_SHA);
    expect(await deliver(opened(OTHER_SHA, "updated"))).toMatchObject([{ outcome: "waits" }]);
    expect(await runs()).toMatchObject([{ sha: SHA }]);
  });

  it("is not approved by the name of a head that was pushed over, and is told the one that there is", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, push, answer } = await forked(kept);
    await deliver(opened());
    push(OTHER_SHA);
    expect(await deliver(say(`/forgehand approve ${SHA}`))).toMatchObject([{}, { outcome: "answered" }]);
    expect(await answer()).toContain(`/forgehand approve ${OTHER_SHA}`);
    expect(await kept.store.approvals(place)).toEqual([]);
    expect(await runs()).toEqual([]);
  });

  it.each([
    ["nothing", "", SHA],
    ["too little", SHA.slice(0, 6), SHA],
    ["a word", "please", SHA],
  ])("is not approved by %s, and is told what to say", async (_, named, head) => {
    await using kept = await temporaryStore();
    const { deliver, answer } = await forked(kept);
    await deliver(opened());
    await deliver(say(`/forgehand approve ${named}`));
    expect(await answer()).toContain(`/forgehand approve ${head}`);
    expect(await kept.store.approvals(place)).toEqual([]);
  });

  it("is approved by the beginning of a head that the comment has shown, in any case", async () => {
    await using kept = await temporaryStore();
    const { deliver } = await forked(kept);
    await deliver(opened());
    await deliver(say(`/forgehand approve ${SHA.slice(0, 7).toUpperCase()}`));
    expect(await kept.store.approvals(place)).toMatchObject([{ sha: SHA }]);
  });

  it("is not approved by a beginning that two heads have, since such are made in no time", async () => {
    await using kept = await temporaryStore();
    const { deliver, push, answer } = await forked(kept);
    await deliver(opened());
    push(ALIKE);
    await deliver(say(`/forgehand approve ${SHA.slice(0, 7)}`));
    await deliver(opened(ALIKE, "updated"));
    await deliver(say(`/forgehand approve ${SHA.slice(0, 7)}`));
    expect(await kept.store.approvals(place)).toEqual([]);
    expect(await answer()).toContain(`/forgehand approve ${ALIKE}`);
    await deliver(say(`/forgehand approve ${ALIKE}`));
    expect(await kept.store.approvals(place)).toMatchObject([{ sha: ALIKE }]);
  });

  it.each([
    ["who opened it", mallory, [approved]],
    [
      "who may ask, but not write",
      { id: "7", login: "reader" },
      [automation({ ...approved, allow: allow("read") })],
    ],
    ["a machine account", { id: "8", login: "alice[bot]" }, [approved]],
  ])("is not approved by %s", async (_, actor, automations) => {
    await using kept = await temporaryStore();
    const { deliver, forge, runs } = await forked(kept, automations);
    forge.permissions.set("reader", "read").set("alice[bot]", "admin");
    await deliver(opened());
    await deliver(say(`/forgehand approve ${SHA}`, actor));
    expect(await kept.store.approvals(place)).toEqual([]);
    expect(await runs()).toEqual([]);
  });

  it("is approved for the automations that whoever says so may approve for, and no others", async () => {
    await using kept = await temporaryStore();
    const deploy = automation({ ...approved, name: "deploy", allow: allow("admin") });
    const { deliver, matchDue, runs } = await forked(kept, [approved, deploy]);
    await deliver(opened());
    await deliver(say(`/forgehand approve ${SHA}`));
    expect(await matchDue()).toMatchObject([{ outcome: "run" }, { automation: "deploy", outcome: "waits" }]);
    expect(await runs()).toMatchObject([{ automation: "test" }]);
  });

  it.each<[string, ForgeEvent]>([
    ["a command of somebody who may ask", say("/forgehand test")],
    ["a command by its name", say("/forgehand run test")],
    ["a command without a name", say("/forgehand run")],
    ["new commits", opened(SHA, "updated")],
    ["its reopening", opened(SHA, "reopened")],
  ])("is one guard for %s", async (_, event) => {
    await using kept = await temporaryStore();
    const { deliver, matchDue, runs } = await forked(kept);
    expect(await deliver(event)).toMatchObject([{ outcome: "waits" }]);
    await deliver(say(`/forgehand approve ${SHA}`));
    await matchDue();
    expect(await runs()).toMatchObject([{ sha: SHA, actor: alice }]);
  });

  it("waits for a label too, and then has the permission of who set it", async () => {
    await using kept = await temporaryStore();
    const labelled = automation({ ...approved, on: { label: "coding agent" } });
    const { deliver, matchDue, runs, forge } = await forked(kept, [labelled]);
    const event = pullRequestEvent({
      action: "labeled",
      label: "coding agent",
      actor: mallory,
      pullRequest: fork(),
    });
    const key = "pull_request 8 coding agent";
    forge.labellings.set(key, { kind: "set", actor: alice, eventId: "e1", at: new Date(0) });
    expect(await deliver(event)).toMatchObject([{ outcome: "waits" }]);
    await deliver(say(`/forgehand approve ${SHA}`));
    expect(await matchDue()).toMatchObject([{ outcome: "run" }]);
    expect(await runs()).toMatchObject([{ label: "coding agent", actor: alice }]);
  });

  it("starts nothing by what a stranger edits after an approval", async () => {
    await using kept = await temporaryStore();
    const { deliver, matchDue, runs } = await forked(kept);
    await deliver(opened());
    await deliver(say(`/forgehand approve ${SHA}`));
    await matchDue();
    expect(await deliver(opened(SHA, "edited"))).toMatchObject([
      { outcome: "dropped", reason: expect.stringContaining("mallory has none permission") as unknown },
    ]);
    expect(await runs()).toHaveLength(1);
  });

  it("is not approved when the approver lost the right by the time that it counts", async () => {
    await using kept = await temporaryStore();
    const { deliver, matchDue, runs, forge } = await forked(kept);
    await deliver(opened());
    await deliver(say(`/forgehand approve ${SHA}`));
    forge.permissions.set("alice", "read");
    expect(await matchDue()).toMatchObject([{ outcome: "dropped" }]);
    expect(await runs()).toEqual([]);
  });

  it("is found to be one though the delivery does not say so", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await forked(kept);
    const untold = { ...fork(), fork: undefined };
    expect(await deliver(pullRequestEvent({ actor: alice, pullRequest: untold }))).toMatchObject([
      { outcome: "waits" },
    ]);
    expect(await runs()).toEqual([]);
  });
});

describe("a fork's pull request whose automation ignores forks", () => {
  it("starts nothing though the delivery does not say that it is one", async () => {
    await using kept = await temporaryStore();
    const { deliver } = await forked(kept, [automation({ ...approved, forks: "ignore" })]);
    const untold = { ...fork(), fork: undefined };
    expect(await deliver(pullRequestEvent({ pullRequest: untold }))).toMatchObject([
      { outcome: "dropped", reason: expect.stringContaining("comes from a fork") as unknown },
    ]);
    expect(await deliver(say("/forgehand test"))).toMatchObject([{ outcome: "dropped" }]);
  });
});

describe("a check that names no pull request", () => {
  const check: CheckEvent = {
    kind: "check",
    action: "completed",
    repo,
    actor: alice,
    check: { name: "ci", state: "failure", sha: SHA },
    branch: "main",
  };

  it.each([
    ["at the head of a branch of the repository", SHA, "free"],
    ["at a commit that no branch is at", OTHER_SHA, "barred"],
  ])("is guarded by where its commit is: %s", async (_, sha, kind) => {
    await using kept = await temporaryStore();
    const { forge } = await forked(kept);
    forge.branches.push({ name: "main", sha });
    const match = { automation: "test", event: 0, matched: true, reason: "", stillToAsk: [] };
    const question = {
      event: check,
      automation: approved,
      match,
      delivery: "1",
      store: kept.store,
      forge,
      signal: new AbortController().signal,
      steps: startSteps(),
    };
    expect(await guardForks(question, check)).toMatchObject({ kind });
  });
});
