import { describe, expect, it } from "@jest/globals";

import type { Actor, IssueEvent } from "../../src/core/event.ts";
import { placeKey } from "../../src/core/status.ts";
import { scene } from "../support/match-scene.ts";
import { alice, automation, bot, commentEvent, ISSUE, issue, issueEvent, repo } from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const mallory = { id: "666", login: "mallory" };
const FAMILY = "coding agent";
const happened = (action: IssueEvent["action"], label: string | undefined, labels: string[], actor = alice) =>
  issueEvent({ action, label, actor, issue: issue({ labels }) });
const set = (suffix: string, actor?: Actor) =>
  happened("labeled", `${FAMILY} ${suffix}`, [`${FAMILY} ${suffix}`], actor);
const takenOff = (suffix: string, actor?: Actor) => happened("unlabeled", `${FAMILY} ${suffix}`, [], actor);
const changed = (labels: string[], actor?: Actor) => happened("label_updated", undefined, labels, actor);

/** A run of a label that is under way. */
async function underWay(state: "queued" | "running" = "running") {
  const kept = await temporaryStore();
  const at = await scene([automation()], kept.store);
  at.setLabel("e1");
  await at.deliver(issueEvent());
  if (state === "running") await at.move(1, "start");
  at.forge.labellings.delete(`issue 7 ${FAMILY}`);
  const show = (suffix: string, actor = alice) =>
    void at.forge.labellings.set(`issue 7 ${FAMILY} ${suffix}`, {
      kind: "set",
      actor,
      eventId: suffix,
      at: new Date(0),
    });
  show("processing", bot);
  const hide = (suffix: string) => void at.forge.labellings.delete(`issue 7 ${FAMILY} ${suffix}`);
  /** What our own report says that the forge shows. */
  const report = (suffix: string) =>
    kept.store.change((transaction) => {
      const place = {
        kind: "labels",
        forge: "github",
        repo: repo.id,
        thread: ISSUE,
        family: FAMILY,
      } as const;
      const reportedAt = new Date(Date.now() + 1_000);
      return transaction.savePlace({ key: placeKey(place), reported: `${FAMILY} ${suffix}`, reportedAt });
    });
  const run = async () => (await at.runs())[0]!;
  return { ...at, show, hide, report, run, [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose]() };
}

describe("the label ` paused` of a family", () => {
  it("holds a run back that waits, and lets it go on when it is taken off", async () => {
    await using at = await underWay("queued");
    at.show("paused");
    expect(await at.deliver(set("paused"))).toMatchObject([{ outcome: "paused", run: 1 }]);
    expect(await at.run()).toMatchObject({
      state: "paused",
      reason: expect.stringContaining('alice set the label "coding agent paused".'),
    });
    at.hide("paused");
    expect(await at.deliver(takenOff("paused"))).toMatchObject([{ outcome: "resumed", run: 1 }]);
    expect(await at.run()).toMatchObject({ state: "queued", reason: "" });
  });

  it("asks the worker of a run that goes on", async () => {
    await using at = await underWay();
    at.show("paused");
    await at.deliver(set("paused"));
    expect(await at.run()).toMatchObject({ state: "running", pauseRequested: expect.any(String) });
    at.hide("paused");
    await at.deliver(takenOff("paused"));
    expect(await at.run()).not.toHaveProperty("pauseRequested");
  });

  it("does the same on a forge that tells only that labels were changed", async () => {
    await using at = await underWay("queued");
    await at.report("processing");
    at.show("paused");
    await at.deliver(changed([`${FAMILY} paused`]));
    expect(await at.run()).toMatchObject({ state: "paused" });
    at.hide("processing");
    await at.report("paused");
    await at.deliver(changed([`${FAMILY} paused`, "bug"]));
    expect(await at.run()).toMatchObject({ state: "paused" });
    at.hide("paused");
    await at.deliver(changed([]));
    expect(await at.run()).toMatchObject({ state: "queued" });
  });

  it("says nothing where somebody set or removed it who may not ask", async () => {
    await using at = await underWay("queued");
    at.forge.permissions.set(mallory.login, "triage");
    at.show("paused", mallory);
    await at.deliver(set("paused", mallory));
    await at.deliver(changed([`${FAMILY} paused`], mallory));
    expect(await at.run()).toMatchObject({ state: "queued" });
    at.show("paused");
    await at.deliver(set("paused"));
    at.hide("paused");
    await at.deliver(takenOff("paused", mallory));
    expect(await at.run()).toMatchObject({ state: "paused" });
  });

  it.each(["labeled", "label_updated"] as const)(
    "says nothing where we set or removed it, as %s",
    async (how) => {
      await using at = await underWay("queued");
      const [on, off] =
        how === "labeled"
          ? [set("paused", bot), takenOff("paused", bot)]
          : [changed([`${FAMILY} paused`], bot), changed([], bot)];
      at.show("paused", bot);
      await at.deliver(on);
      await at.deliver(changed([`${FAMILY} paused`]));
      expect(await at.run()).toMatchObject({ state: "queued" });
      at.show("paused");
      await at.deliver(set("paused"));
      await at.report("paused");
      at.hide("paused");
      await at.deliver(off);
      expect(await at.run()).toMatchObject({ state: "paused" });
    },
  );

  it("says nothing where it was taken off again, or set again, before its delivery came", async () => {
    await using at = await underWay("queued");
    await at.deliver(set("paused"));
    expect(await at.run()).toMatchObject({ state: "queued" });
    at.show("paused");
    await at.deliver(set("paused"));
    await at.deliver(takenOff("paused"));
    expect(await at.run()).toMatchObject({ state: "paused" });
  });

  it("does once what a delivery says that comes twice", async () => {
    await using at = await underWay("queued");
    at.show("paused");
    await at.deliver(set("paused"), "one");
    await at.deliver(commentEvent("/forgehand retry"));
    expect(await at.run()).toMatchObject({ state: "queued" });
    await at.deliver(set("paused"), "one");
    expect(await at.run()).toMatchObject({ state: "queued" });
  });
});

describe("a run that is paused", () => {
  async function paused() {
    const at = await underWay("queued");
    at.show("paused");
    await at.deliver(set("paused"));
    return at;
  }

  it("goes on by `/forgehand retry` of whoever may ask", async () => {
    await using at = await paused();
    at.forge.permissions.set(mallory.login, "read");
    const [, refused] = await at.deliver(commentEvent("/forgehand retry", { actor: mallory }));
    expect(refused).toMatchObject({ outcome: "refused" });
    expect(await at.run()).toMatchObject({ state: "paused" });
    const again = commentEvent("/forgehand retry", { comment: { id: "501", body: "/forgehand retry" } });
    expect(await at.deliver(again)).toMatchObject([{ outcome: "resumed", run: 1 }]);
    expect(await at.run()).toMatchObject({ state: "queued" });
  });

  it("ends by `/forgehand cancel`, and by the label ` stopped`", async () => {
    await using one = await paused();
    await one.deliver(commentEvent("/forgehand cancel"));
    expect(await one.run()).toMatchObject({ state: "cancelled" });
    await using two = await paused();
    two.show("stopped");
    await two.deliver(set("stopped"));
    expect(await two.run()).toMatchObject({
      state: "cancelled",
      reason: 'alice set the label "coding agent stopped".',
    });
  });
});

describe("the label ` stopped` of a family", () => {
  it("ends a run, where somebody set it who may ask", async () => {
    await using at = await underWay();
    at.forge.permissions.set(mallory.login, "triage");
    at.show("stopped", mallory);
    await at.deliver(set("stopped", mallory));
    expect(await at.run()).not.toHaveProperty("cancelRequested");
    at.show("stopped");
    await at.deliver(set("stopped"));
    expect(await at.run()).toMatchObject({ cancelRequested: 'alice set the label "coding agent stopped".' });
  });

  it("says nothing of a newer run while it shows how the one before ended", async () => {
    await using at = await underWay();
    await at.report("stopped");
    at.show("stopped");
    await at.deliver(changed([`${FAMILY} stopped`]));
    expect(await at.run()).not.toHaveProperty("cancelRequested");
  });
});
