import { describe, expect, it } from "@jest/globals";

import type { ForgeEvent } from "../../src/core/event.ts";
import { placeKey } from "../../src/core/status.ts";
import { wants } from "../../src/match/wants.ts";
import { scene } from "../support/match-scene.ts";
import {
  alice,
  automation,
  bot,
  ISSUE,
  issue,
  issueEvent,
  pullRequest,
  pullRequestEvent,
  pushEvent,
  repo,
} from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const mallory = { id: "666", login: "mallory" };
const agent = automation();
const LABELS = {
  kind: "labels",
  forge: "github",
  repo: repo.id,
  thread: ISSUE,
  family: "coding agent",
} as const;
const on = (labels: string[], state: "open" | "closed" = "open") => issue({ labels, state });
const unlabelled = (label: string, actor = alice) =>
  issueEvent({ action: "unlabeled", label, actor, issue: on([]) });
const closed = (actor = alice) =>
  issueEvent({ action: "closed", label: undefined, actor, issue: on(["coding agent processing"], "closed") });
const changed = (labels: string[], actor = alice) =>
  issueEvent({ action: "label_updated", label: undefined, actor, issue: on(labels) });

/** A run of a label that is under way, and shown by the label of runs under way. */
async function underWay(kept: Awaited<ReturnType<typeof temporaryStore>>) {
  const at = await scene([agent], kept.store);
  at.setLabel("e1");
  await at.deliver(issueEvent());
  await at.move(1, "start");
  const show = (reported: string) =>
    kept.store.change((transaction) =>
      transaction.savePlace({ key: placeKey(LABELS), reported, reportedAt: new Date(Date.now() + 1_000) }),
    );
  await show("coding agent processing");
  const setProcessing = () =>
    void at.forge.labellings.set("issue 7 coding agent processing", {
      kind: "set",
      actor: bot,
      eventId: "p1",
      at: new Date(0),
    });
  setProcessing();
  at.forge.labellings.delete("issue 7 coding agent");
  const why = async () => (await at.runs())[0]?.cancelRequested;
  const takeOff = () => void at.forge.labellings.delete("issue 7 coding agent processing");
  return { ...at, show, why, takeOff };
}

describe("a run of a label ends when somebody", () => {
  it("takes the label of runs under way off", async () => {
    await using kept = await temporaryStore();
    const { deliver, why, takeOff } = await underWay(kept);
    takeOff();
    expect(await deliver(unlabelled("coding agent processing"))).toMatchObject([
      { outcome: "cancelled", run: 1 },
    ]);
    expect(await why()).toBe('The label "coding agent processing" was taken off.');
  });

  it("takes the trigger label off before we did, which closes its request too", async () => {
    await using kept = await temporaryStore();
    const { deliver, why } = await underWay(kept);
    await deliver(unlabelled("coding agent"));
    expect(await why()).toBe('The label "coding agent" was taken off.');
    const key = { automation: "coding-agent", forge: "github", repo: repo.id, thread: ISSUE };
    expect(await kept.store.request(key)).toMatchObject({ state: "closed" });
  });

  it("takes it off on a forge that tells only that labels were changed", async () => {
    await using kept = await temporaryStore();
    const { deliver, why, takeOff } = await underWay(kept);
    takeOff();
    await deliver(changed([]));
    expect(await why()).toBe('The label "coding agent processing" was taken off.');
  });

  it("closes its issue", async () => {
    await using kept = await temporaryStore();
    const { deliver, why, forge } = await underWay(kept);
    forge.issues.push(on([], "closed"));
    await deliver(closed(mallory));
    expect(await why()).toBe("The issue #7 was closed.");
  });

  it("with the right closes its issue where the forge cannot be asked", async () => {
    await using kept = await temporaryStore();
    const { deliver, why } = await underWay(kept);
    await deliver(closed(mallory));
    expect(await why()).toBeUndefined();
    await deliver(closed());
    expect(await why()).toBe("The issue #7 was closed.");
  });

  it("with the right takes our account off it", async () => {
    await using kept = await temporaryStore();
    const { deliver, why } = await underWay(kept);
    const unassigned = (actor = alice, assignee = bot) =>
      issueEvent({ action: "unassigned", label: undefined, actor, assignee, issue: on([]) });
    await deliver(unassigned(mallory));
    await deliver(unassigned(alice, alice));
    expect(await why()).toBeUndefined();
    await deliver(unassigned());
    expect(await why()).toBe("alice unassigned forgehand.");
  });

  it("with the right takes its label off where nobody can tell who set one", async () => {
    await using kept = await temporaryStore();
    const { deliver, why, forge } = await underWay(kept);
    forge.labellings.set("issue 7 coding agent processing", { kind: "unsupported" });
    await deliver(unlabelled("coding agent processing", mallory));
    expect(await why()).toBeUndefined();
    await deliver(unlabelled("coding agent processing"));
    expect(await why()).toBeDefined();
  });
});

describe("a run of a label goes on", () => {
  it.each<[string, ForgeEvent]>([
    ["we take the trigger label off, since it was answered", unlabelled("coding agent", bot)],
    ["we take a label of our family off", unlabelled("coding agent processing", bot)],
    ["we change labels", changed(["coding agent processing"], bot)],
    ["we close its issue", closed(bot)],
    ["another label is taken off", unlabelled("bug")],
  ])("when %s", async (_, event) => {
    await using kept = await temporaryStore();
    const { deliver, why, takeOff } = await underWay(kept);
    takeOff();
    await deliver(event);
    expect(await why()).toBeUndefined();
  });

  it("when the label is on it again by the time that we look", async () => {
    await using kept = await temporaryStore();
    const { deliver, why } = await underWay(kept);
    await deliver(unlabelled("coding agent processing"));
    await deliver(changed([]));
    expect(await why()).toBeUndefined();
  });

  it("when labels are changed before the forge showed that it is under way", async () => {
    await using kept = await temporaryStore();
    const { deliver, why, takeOff, show } = await underWay(kept);
    await show("coding agent done");
    takeOff();
    await deliver(changed(["bug"]));
    expect(await why()).toBeUndefined();
  });

  it("when its issue is open again by the time that we look", async () => {
    await using kept = await temporaryStore();
    const { deliver, why, forge } = await underWay(kept);
    forge.issues.push(on([]));
    await deliver(closed());
    expect(await why()).toBeUndefined();
  });

  it("when the delivery came before it began", async () => {
    await using kept = await temporaryStore();
    const { deliver, forge, runs, move, setLabel, takeOff } = await underWay(kept);
    takeOff();
    await deliver(unlabelled("coding agent processing"), "early");
    await move(1, "cancel");
    setLabel("e2");
    await deliver(issueEvent());
    forge.labellings.delete("issue 7 coding agent");
    await deliver(unlabelled("coding agent processing"), "early");
    expect((await runs())[1]).toMatchObject({ id: 2, state: "queued" });
    expect((await runs())[1]).not.toHaveProperty("cancelRequested");
  });
});

describe("a pull request that is closed", () => {
  const tests = automation({ name: "test", on: { pullRequest: ["opened"] } });
  const done = automation({ name: "deploy", on: { pullRequest: ["merged"] } });

  it("ends what was started there, and not what its merge starts", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, forge } = await scene([tests, done], kept.store);
    await deliver(pullRequestEvent());
    const merged = pullRequest({ state: "merged" });
    forge.pullRequests.push(merged);
    await deliver(pullRequestEvent({ action: "merged", pullRequest: merged }));
    await deliver(pullRequestEvent({ action: "closed", pullRequest: merged }));
    expect(await runs()).toMatchObject([
      { automation: "test", state: "cancelled", reason: "The pull request #8 was merged." },
      { automation: "deploy", state: "queued" },
    ]);
  });
});

describe("a delivery that may end a run", () => {
  it.each<[string, ForgeEvent, boolean]>([
    ["the label of runs under way", unlabelled("coding agent processing"), true],
    ["the trigger label", unlabelled("Coding Agent"), true],
    ["a close", closed(), true],
    ["an unassignment", issueEvent({ action: "unassigned", label: undefined, issue: on([]) }), true],
    ["another label", unlabelled("bug"), false],
    ["an edit", issueEvent({ action: "edited", label: undefined, issue: on([]) }), false],
    ["a push", pushEvent(), false],
  ])("is kept: %s", (_, event, kept) => {
    const reading = { kind: "event", events: [event] } as const;
    expect(wants(reading, [agent], { forge: "github", door: "" })).toBe(kept);
  });
});
