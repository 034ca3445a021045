import { describe, expect, it } from "@jest/globals";

import type { Store } from "../../src/core/store.ts";
import { scene } from "../support/match-scene.ts";
import { alice, automation, bot, ISSUE, issue, issueEvent } from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const mallory = { id: "666", login: "mallory" };
const agent = automation();
const KEY = { automation: "coding-agent", forge: "github", repo: "42", thread: ISSUE };

describe("a trigger label on a forge that tells neither which label was changed nor who set one", () => {
  const changed = (labels: string[], actor = alice) =>
    issueEvent({ action: "label_updated", label: undefined, issue: issue({ labels }), actor });
  const labelled = ["bug", "coding agent"];

  /** A scene where the label is on it now, or not. */
  async function quietScene(store: Store) {
    const { forge, ...rest } = await scene([agent], store);
    const on = () => void forge.labellings.set("issue 7 coding agent", { kind: "unsupported" });
    return { ...rest, forge, on, off: () => forge.labellings.clear() };
  }

  it("starts a run for the one who changed labels once it was seen absent", async () => {
    await using kept = await temporaryStore();
    const { deliver, on, runs } = await quietScene(kept.store);
    expect(await deliver(changed([]))).toMatchObject([
      { outcome: "not matched", reason: expect.stringContaining("remembered") as unknown },
    ]);
    expect(await kept.store.request(KEY)).toMatchObject({ generation: 0, state: "closed" });
    on();
    expect(await deliver(changed(labelled))).toMatchObject([{ outcome: "run", run: 1 }]);
    expect(await runs()).toMatchObject([{ actor: alice, label: "coding agent" }]);
    expect(await kept.store.request(KEY)).toMatchObject({ generation: 1, state: "answered", run: 1 });
  });

  it("starts nothing for a label that may have been there before, and says what to do", async () => {
    await using kept = await temporaryStore();
    const { deliver, on, off, runs } = await quietScene(kept.store);
    on();
    expect(await deliver(changed(labelled))).toMatchObject([
      { outcome: "dropped", reason: expect.stringContaining("take it off and set it again") as unknown },
    ]);
    expect(await runs()).toEqual([]);
    off();
    await deliver(changed(["bug"]));
    on();
    expect(await deliver(changed(labelled))).toMatchObject([{ outcome: "run", run: 1 }]);
  });

  it("starts a run when it was set so soon that it is on it before its absence was looked at", async () => {
    await using kept = await temporaryStore();
    const { deliver, on, runs } = await quietScene(kept.store);
    on();
    expect(await deliver(changed(["bug"], mallory))).toMatchObject([
      { outcome: "not matched", reason: expect.stringContaining("remembered") as unknown },
    ]);
    expect(await deliver(changed(labelled))).toMatchObject([{ outcome: "run", run: 1 }]);
    expect(await runs()).toMatchObject([{ actor: alice }]);
  });

  it("starts nothing again while it stays on it, whoever changes other labels", async () => {
    await using kept = await temporaryStore();
    const { deliver, on, off, move, runs } = await quietScene(kept.store);
    await deliver(changed([]));
    on();
    await deliver(changed(labelled));
    await move(1, "start");
    await move(1, "succeed");
    expect(await deliver(changed(["coding agent"], bot))).toMatchObject([{ outcome: "dropped" }]);
    off();
    expect(await deliver(changed([]))).toMatchObject([{ outcome: "not matched" }]);
    on();
    expect(await deliver(changed(labelled))).toMatchObject([{ outcome: "run", run: 2 }]);
    expect(await runs()).toHaveLength(2);
  });

  it("starts nothing for one whose delivery does not list it, though it is on it now", async () => {
    await using kept = await temporaryStore();
    const { deliver, on, runs } = await quietScene(kept.store);
    await deliver(changed([]));
    on();
    expect(await deliver(changed(["bug"], mallory))).toMatchObject([{ outcome: "dropped" }]);
    expect(await deliver(changed(labelled))).toMatchObject([{ outcome: "run" }]);
    expect(await runs()).toMatchObject([{ actor: alice }]);
  });

  it("starts nothing when its word comes late and the label is gone again", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await quietScene(kept.store);
    await deliver(changed([]));
    expect(await deliver(changed(labelled))).toMatchObject([{ outcome: "dropped" }]);
    expect(await runs()).toEqual([]);
  });

  it("waits while a run of it is active, and starts when that one is over", async () => {
    await using kept = await temporaryStore();
    const { deliver, matchDue, on, off, move, runs } = await quietScene(kept.store);
    await deliver(changed([]));
    on();
    await deliver(changed(labelled));
    off();
    await deliver(changed(["bug"]));
    on();
    expect(await deliver(changed(labelled))).toMatchObject([{ outcome: "waits" }]);
    const waiting = await kept.store.request(KEY);
    await move(1, "cancel");
    await kept.store.change((transaction) => transaction.ask("match", waiting?.delivery ?? ""));
    expect(await matchDue()).toMatchObject([{ outcome: "run", run: 2 }]);
    expect(await runs()).toHaveLength(2);
  });

  it("of someone without permission is refused with one comment", async () => {
    await using kept = await temporaryStore();
    const { deliver, on, runs } = await quietScene(kept.store);
    await deliver(changed([]));
    on();
    expect(await deliver(changed(labelled, mallory))).toMatchObject([{ outcome: "refused" }]);
    expect(await deliver(changed(labelled))).toMatchObject([{ outcome: "dropped" }]);
    expect(await runs()).toEqual([]);
  });
});
