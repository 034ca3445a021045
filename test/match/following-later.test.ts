import { describe, expect, it } from "@jest/globals";

import { endRun } from "../../src/core/run-steps.ts";
import { BRANCH, failed, onIssue, opened, ours, review, said } from "../support/follow-scene.ts";
import { scene } from "../support/match-scene.ts";
import {
  agentAutomation,
  ISSUE,
  issue,
  newRun,
  OTHER_SHA,
  PULL_REQUEST,
  pullRequest,
  pullRequestEvent,
  SHA,
} from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

describe("what is said while a run is under way", () => {
  it("on its pull request waits, is told so, and all of it is one follow-up afterwards", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end, matchDue, answer } = await opened(kept);
    await deliver(said("1"));
    expect(await deliver(said("2"))).toMatchObject([{ outcome: "waits" }]);
    expect(await answer()).toMatchObject({ text: expect.stringContaining("when it is over") });
    expect(await deliver(review("3"))).toMatchObject([{ outcome: "waits" }]);
    expect(await runs()).toHaveLength(2);
    await end(2);
    const decisions = [await matchDue(), await matchDue()].flat();
    expect(decisions.map(({ outcome, run }) => [outcome, run])).toEqual([
      ["run", 3],
      ["dropped", 3],
    ]);
    expect((await runs())[2]).toMatchObject({ follows: 2, depth: 0, event: { comment: { id: "2" } } });
    expect(await answer()).toBeUndefined();
    await expect(matchDue()).rejects.toThrow("no match job is due");
  });

  it("survives that the run is ended by a worker that dies right afterwards", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end, matchDue } = await opened(kept);
    await deliver(said("1"));
    await deliver(said("2"));
    await end(2, "error");
    // Nothing but rows is left: another process finds the job.
    expect(await kept.store.jobs({ stage: "match", limit: 10 })).toHaveLength(1);
    await matchDue();
    expect(await runs()).toHaveLength(3);
  });

  it("on its issue becomes a follow-up for that issue", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end, matchDue, setLabel } = await opened(kept, { made: { key: "earlier" } });
    await kept.store.change((transaction) => transaction.addRun(newRun({ key: "again" })));
    expect(setLabel).toBeDefined();
    expect(await deliver(onIssue("1"))).toMatchObject([{ outcome: "waits" }]);
    await end(2);
    await matchDue();
    expect((await runs())[2]).toMatchObject({
      thread: ISSUE,
      publishes: true,
      follows: 2,
      event: { kind: "comment" },
    });
  });

  it("on the pull request waits for the run of the issue too, which works on the same branch", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end, matchDue } = await opened(kept);
    await kept.store.change((transaction) => transaction.addRun(newRun({ key: "again" })));
    expect(await deliver(said("1"))).toMatchObject([
      { outcome: "waits", reason: expect.stringContaining("2") },
    ]);
    await end(2, "succeed", { branch: BRANCH, pushedSha: SHA });
    await matchDue();
    expect((await runs())[2]).toMatchObject({ thread: PULL_REQUEST, follows: 2 });
  });

  it("counts by the moment in which it came, though it is matched after the end", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end } = await opened(kept);
    await kept.store.change((transaction) => transaction.addRun(newRun({ key: "again" })));
    const before = new Date();
    await end(2);
    const late = await deliver(onIssue("1"), "late", before);
    expect(late).toMatchObject([{ outcome: "run" }]);
    expect(await runs()).toHaveLength(3);
  });

  it("on an issue without a run under way is nobody's", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept);
    expect(await deliver(onIssue("1"), "later", new Date(Date.now() + 60_000))).toMatchObject([
      { outcome: "not matched" },
    ]);
    expect(await runs()).toHaveLength(1);
  });

  it("is dropped where somebody cancels the run afterwards, or closes the pull request", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end, matchDue, forge, answer } = await opened(kept);
    await deliver(said("1"));
    await deliver(said("2"));
    await end(2, "cancel");
    expect(await matchDue()).toMatchObject([
      { outcome: "dropped", reason: "Run 2 was cancelled after that." },
    ]);
    expect(await answer()).toBeUndefined();
    await deliver(said("3"));
    await deliver(said("4"));
    forge.pullRequests[0] = ours({ state: "merged" });
    await end(3, "cancel");
    expect(await matchDue()).toMatchObject([
      { outcome: "dropped", reason: expect.stringContaining("merged") },
    ]);
    expect(await runs()).toHaveLength(3);
  });

  it("ends with its pull request, also where it was asked for on the issue", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end, matchDue, forge } = await opened(kept);
    await kept.store.change((transaction) => transaction.addRun(newRun({ key: "again" })));
    await deliver(onIssue("1"));
    await end(2, "succeed", { branch: BRANCH, pushedSha: SHA, pullRequest: { number: 8, url: "" } });
    await matchDue();
    forge.pullRequests[0] = ours({ state: "merged" });
    const merged = pullRequestEvent({ action: "merged", pullRequest: ours({ state: "merged" }) });
    expect(await deliver(merged)).toMatchObject([{ outcome: "cancelled", run: 3 }]);
    expect((await runs())[2]).toMatchObject({ state: "cancelled" });
  });

  it("is ended by a merge where it is at the pull request itself", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, forge, matchDue } = await opened(kept);
    await deliver(said("1"));
    await deliver(said("2"));
    forge.pullRequests[0] = ours({ state: "merged" });
    await deliver(pullRequestEvent({ action: "merged", pullRequest: ours({ state: "merged" }) }));
    expect(await matchDue()).toMatchObject([{ outcome: "dropped" }]);
    expect((await runs()).map(({ state }) => state)).toEqual(["succeeded", "cancelled"]);
  });

  it("is dropped where the issue was closed meanwhile", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end, matchDue, forge } = await opened(kept);
    await kept.store.change((transaction) => transaction.addRun(newRun({ key: "again" })));
    await deliver(onIssue("1"));
    forge.issues[0] = issue({ state: "closed" });
    await end(2);
    expect(await matchDue()).toMatchObject([
      { outcome: "dropped", reason: expect.stringContaining("closed") },
    ]);
    expect(await runs()).toHaveLength(2);
  });

  it("by a failed check waits too, and starts nothing where the run pushed something newer", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end, matchDue, forge } = await opened(kept);
    await deliver(said("1"));
    expect(await deliver(failed())).toMatchObject([{ outcome: "waits" }]);
    forge.pullRequests[0] = ours({ headSha: OTHER_SHA });
    await end(2, "succeed", { branch: BRANCH, pushedSha: OTHER_SHA });
    expect(await matchDue()).toMatchObject([{ outcome: "dropped" }]);
    expect(await runs()).toHaveLength(2);
  });

  it("by a failed check is followed afterwards where the run pushed nothing", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end, matchDue } = await opened(kept);
    await deliver(said("1"));
    await deliver(failed());
    await end(2);
    await matchDue();
    expect((await runs())[2]).toMatchObject({ depth: 1, event: { kind: "check" }, follows: 2 });
  });

  it("on anybody's pull request waits where an agent was asked there, and ends nothing", async () => {
    await using kept = await temporaryStore();
    const agent = agentAutomation({ on: { mention: true } });
    const { deliver, runs, matchDue, forge, move, store } = {
      ...(await scene([agent], kept.store)),
      store: kept.store,
    };
    forge.pullRequests.push(pullRequest());
    await deliver(said("1"));
    await move(1, "start");
    expect(await deliver(said("2"))).toMatchObject([{ outcome: "waits" }]);
    await store.change((transaction) => endRun(transaction, 1, "succeed", {}));
    await matchDue();
    expect(await runs()).toMatchObject([
      { state: "succeeded", publishes: true },
      { publishes: true, event: { comment: { id: "2" } } },
    ]);
  });
});
