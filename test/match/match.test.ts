import { describe, expect, it } from "@jest/globals";

import { LEASE_MS } from "../../src/core/job.ts";
import { takeTurn } from "../../src/core/turn.ts";
import { scene } from "../support/match-scene.ts";
import {
  alice,
  automation,
  bot,
  commentEvent,
  ISSUE,
  issue,
  issueEvent,
  OTHER_SHA,
  PULL_REQUEST,
  pullRequest,
  pullRequestEvent,
  pushEvent,
  repo,
  run,
  SHA,
} from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const mallory = { id: "666", login: "mallory" };
const agent = automation();
const tests = automation({ name: "test", on: { pullRequest: ["opened", "updated"] } });
const push = automation({ name: "push", on: { push: true } });
const retest = automation({ name: "retest", on: { command: "retest" } });
const KEY = { automation: "coding-agent", forge: "github", repo: "42", thread: ISSUE };

describe("a trigger label", () => {
  it("starts one run, with the permission of the one who set it", async () => {
    await using kept = await temporaryStore();
    const { deliver, setLabel, runs, forge } = await scene([agent], kept.store);
    setLabel("e1");
    const [decision] = await deliver(issueEvent({ actor: mallory }));
    expect(decision).toMatchObject({ outcome: "run", run: 1 });
    expect(await runs()).toMatchObject([
      { actor: alice, label: "coding agent", publishes: true, thread: ISSUE },
    ]);
    expect(forge.calls).toEqual(["whoLabelled", "permission"]);
  });

  it("starts nothing again when another delivery tells of the same labelling", async () => {
    await using kept = await temporaryStore();
    const { deliver, setLabel, runs } = await scene([agent], kept.store);
    setLabel("e1");
    await deliver(issueEvent());
    const [decision] = await deliver(issueEvent({ action: "opened", label: undefined }));
    expect(decision).toMatchObject({ outcome: "dropped", reason: "This label was answered already." });
    expect(await runs()).toHaveLength(1);
  });

  it("starts a second run when it was answered, removed and set again, and a redelivery starts no third", async () => {
    await using kept = await temporaryStore();
    const { deliver, setLabel, move, runs, forge } = await scene([agent], kept.store);
    setLabel("e1");
    await deliver(issueEvent(), "first");
    await move(1, "start");
    await move(1, "succeed");
    forge.labellings.clear();
    await deliver(issueEvent({ action: "unlabeled", issue: issue({ labels: [] }) }));
    expect(await kept.store.request(KEY)).toMatchObject({ generation: 1, state: "closed" });
    setLabel("e2");
    expect(await deliver(issueEvent(), "second")).toMatchObject([{ outcome: "run", run: 2 }]);
    expect(await deliver(issueEvent(), "first")).toMatchObject([{ outcome: "dropped", run: 1 }]);
    expect(await runs()).toHaveLength(2);
  });

  it("starts a second run though nobody told us that it was gone in between", async () => {
    await using kept = await temporaryStore();
    const { deliver, setLabel, move, runs } = await scene([agent], kept.store);
    setLabel("e1");
    await deliver(issueEvent());
    await move(1, "cancel");
    setLabel("e2");
    await deliver(issueEvent());
    expect(await runs()).toHaveLength(2);
  });

  it("waits while a run of it is active, and starts when that one is over", async () => {
    await using kept = await temporaryStore();
    const { deliver, matchDue, setLabel, move, runs } = await scene([agent], kept.store);
    setLabel("e1");
    await deliver(issueEvent());
    setLabel("e2");
    expect(await deliver(issueEvent())).toMatchObject([{ outcome: "waits" }]);
    const waiting = await kept.store.request(KEY);
    expect(waiting).toMatchObject({ generation: 2, state: "open" });
    await move(1, "cancel");
    await kept.store.change((transaction) => transaction.ask("match", waiting?.delivery ?? ""));
    expect(await matchDue()).toMatchObject([{ outcome: "run", run: 2 }]);
    expect(await runs()).toHaveLength(2);
  });

  it("starts nothing when it is gone by the time that we look", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([agent], kept.store);
    expect(await deliver(issueEvent())).toMatchObject([{ outcome: "dropped" }]);
    expect(await runs()).toEqual([]);
  });

  it("is not closed by a late word of its removal when it was set again since", async () => {
    await using kept = await temporaryStore();
    const { deliver, setLabel } = await scene([agent], kept.store);
    setLabel("e1");
    await deliver(issueEvent());
    await deliver(issueEvent({ action: "unlabeled", issue: issue({ labels: [] }) }));
    expect(await kept.store.request(KEY)).toMatchObject({ state: "answered" });
  });

  describe("on a forge that tells only that labels were changed", () => {
    const changed = (labels: string[], state: "open" | "closed" = "open") =>
      issueEvent({ action: "label_updated", label: undefined, issue: issue({ labels, state }) });

    it("starts one run for each time that it was set, whatever list the delivery has", async () => {
      await using kept = await temporaryStore();
      const { deliver, setLabel, move, runs } = await scene([agent], kept.store);
      setLabel("e1");
      expect(await deliver(changed([]))).toMatchObject([{ outcome: "run", run: 1 }]);
      await move(1, "start");
      await move(1, "succeed");
      expect(await deliver(changed(["bug", "coding agent"]))).toMatchObject([{ outcome: "dropped" }]);
      setLabel("e2");
      expect(await deliver(changed(["coding agent"]))).toMatchObject([{ outcome: "run", run: 2 }]);
      expect(await runs()).toMatchObject([{ actor: alice }, { actor: alice }]);
    });

    it.each([
      ["though the delivery still lists it", changed(["coding agent"])],
      ["by a delivery that does not list it", changed([])],
      ["on an issue that was closed since", changed([], "closed")],
    ])("closes its request when it is not on it now, %s", async (_case, event) => {
      await using kept = await temporaryStore();
      const { deliver, setLabel, forge, runs } = await scene([agent], kept.store);
      setLabel("e1");
      await deliver(changed(["coding agent"]));
      forge.labellings.clear();
      expect(await deliver(event)).toMatchObject([
        { outcome: "not matched", matched: false, reason: expect.stringContaining("is gone") as unknown },
      ]);
      expect(await kept.store.request(KEY)).toMatchObject({ generation: 1, state: "closed" });
      expect(await runs()).toHaveLength(1);
    });

    it("leaves its request alone when another label was changed", async () => {
      await using kept = await temporaryStore();
      const { deliver, setLabel } = await scene([agent], kept.store);
      setLabel("e1");
      await deliver(changed(["coding agent"]));
      expect(await deliver(changed(["bug"], "closed"))).toMatchObject([
        { outcome: "not matched", reason: 'The label "coding agent" is on it now.' },
      ]);
      expect(await kept.store.request(KEY)).toMatchObject({ state: "answered" });
    });

    it("starts nothing where nobody can tell who set it, and closes nothing", async () => {
      await using kept = await temporaryStore();
      const { deliver, setLabel, forge, runs } = await scene([agent], kept.store);
      setLabel("e1");
      await deliver(changed(["coding agent"]));
      forge.labellings.set("issue 7 coding agent", { kind: "unsupported" });
      expect(await deliver(changed(["coding agent"]))).toMatchObject([
        { outcome: "dropped", reason: expect.stringContaining("answered already") as unknown },
      ]);
      await deliver(changed(["coding agent"], "closed"));
      expect(await kept.store.request(KEY)).toMatchObject({ state: "answered" });
      expect(await runs()).toHaveLength(1);
    });

    it("starts nothing by an automation of another label", async () => {
      await using kept = await temporaryStore();
      const { deliver, runs, forge } = await scene([agent], kept.store);
      expect(await deliver(changed(["bug"]))).toMatchObject([{ outcome: "not matched" }]);
      expect(await runs()).toEqual([]);
      expect(forge.calls).toEqual(["whoLabelled"]);
    });
  });

  it("of someone without permission is refused with one comment, once for an issue", async () => {
    await using kept = await temporaryStore();
    const { deliver, setLabel, runs } = await scene([agent], kept.store);
    setLabel("e1", mallory);
    const [decision] = await deliver(issueEvent());
    expect(decision?.outcome).toBe("refused");
    expect(decision?.reason).toContain("mallory has none permission");
    setLabel("e2", mallory);
    await deliver(issueEvent());
    expect(await kept.store.refusals("github", "42", ISSUE)).toHaveLength(1);
    expect(await runs()).toEqual([]);
    expect(await kept.store.claim("report", { lease: LEASE_MS })).toMatchObject({
      subject: '["comment","github","42","issue 7"]',
    });
  });

  it("counts for the sender where the forge cannot tell who set it, but only when the event names it", async () => {
    await using kept = await temporaryStore();
    const { deliver, forge, runs } = await scene([agent], kept.store);
    forge.labellings.set("issue 7 coding agent", { kind: "unsupported" });
    expect(await deliver(issueEvent({ action: "edited", label: undefined }))).toMatchObject([
      { outcome: "dropped" },
    ]);
    expect(await deliver(issueEvent())).toMatchObject([{ outcome: "run" }]);
    expect(await runs()).toMatchObject([{ actor: alice }]);
  });
});

describe("a pull request", () => {
  it("starts one run for a head, however often it is told", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([tests], kept.store);
    await deliver(pullRequestEvent());
    await deliver(pullRequestEvent({ action: "updated" }));
    expect(await runs()).toMatchObject([{ sha: SHA, publishes: false, thread: PULL_REQUEST }]);
  });

  it("is told to wait only where it does: at once when its run is taken up, else a moment later", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([tests], kept.store);
    const due = async () => (await kept.store.jobs({ stage: "report", limit: 1 }))[0]!.dueAt!.getTime();
    await deliver(pullRequestEvent());
    expect((await due()) - (await runs())[0]!.createdAt.getTime()).toBeGreaterThanOrEqual(300);
    await kept.store.change((transaction) => takeTurn(transaction, 1, tests));
    expect(await due()).toBeLessThanOrEqual(Date.now());
  });

  it("with a newer head cancels the older run", async () => {
    await using kept = await temporaryStore();
    const { deliver, move, runs, forge } = await scene([tests], kept.store);
    await deliver(pullRequestEvent());
    await move(1, "start");
    const newer = pullRequest({ headSha: OTHER_SHA });
    forge.pullRequests.push(newer);
    await deliver(pullRequestEvent({ action: "updated", pullRequest: newer }));
    expect(await runs()).toMatchObject([{ cancelRequested: "Run 2 took its place." }, { sha: OTHER_SHA }]);
  });

  it("told late with an older head cancels nothing", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, forge } = await scene([tests], kept.store);
    const newer = pullRequest({ headSha: OTHER_SHA });
    forge.pullRequests.push(newer);
    await deliver(pullRequestEvent({ pullRequest: newer }));
    expect(await deliver(pullRequestEvent())).toMatchObject([{ outcome: "dropped" }]);
    expect(await runs()).toMatchObject([{ sha: OTHER_SHA, state: "queued" }]);
  });

  it("of someone without permission is dropped without a comment", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([tests], kept.store);
    expect(await deliver(pullRequestEvent({ actor: mallory }))).toMatchObject([{ outcome: "dropped" }]);
    expect(await kept.store.refusals("github", "42", PULL_REQUEST)).toEqual([]);
    expect(await runs()).toEqual([]);
  });

  it("from our own branch runs with the permission of who asked for it, until the chain is too long", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([tests], kept.store);
    const deep = (depth: number) => run({ key: `deep-${depth}`, automation: "other", depth });
    const pushed = async (depth: number, sha: string) => {
      await kept.store.change(async (transaction) => {
        const { run: added } = await transaction.addRun(deep(depth));
        await transaction.noteRun(added.id, { pushedSha: sha, branch: "forgehand/x/7-fix" });
      });
    };
    await pushed(2, SHA);
    await pushed(3, OTHER_SHA);
    const opened = (headSha: string) =>
      pullRequestEvent({
        actor: bot,
        pullRequest: pullRequest({ headSha, number: headSha === SHA ? 8 : 9 }),
      });
    expect(await deliver(opened(SHA))).toMatchObject([{ outcome: "run" }]);
    expect(await deliver(opened(OTHER_SHA))).toMatchObject([{ outcome: "dropped" }]);
    expect((await runs()).filter(({ automation: name }) => name === "test")).toMatchObject([
      { actor: alice, depth: 3 },
    ]);
  });
});

describe("what we did", () => {
  it("starts nothing when it is a push of ours, recorded or under way", async () => {
    await using kept = await temporaryStore();
    const { deliver, move } = await scene([push], kept.store);
    const branch = "forgehand/coding-agent/7-fix-it";
    await kept.store.change(async (transaction) => {
      const { run: added } = await transaction.addRun(run());
      await transaction.noteRun(added.id, { branch });
    });
    await move(1, "start");
    const ref = `refs/heads/${branch}`;
    expect(await deliver(pushEvent({ ref, actor: alice }))).toMatchObject([{ outcome: "dropped" }]);
    await kept.store.change((transaction) => transaction.noteRun(1, { pushedSha: SHA }));
    await move(1, "succeed");
    expect(await deliver(pushEvent({ ref, actor: alice }))).toMatchObject([{ outcome: "dropped" }]);
    expect(await deliver(pushEvent({ ref, after: OTHER_SHA }))).toMatchObject([{ outcome: "run" }]);
  });
});

describe("a command in a comment", () => {
  it("is answered once", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([retest], kept.store);
    await deliver(commentEvent("/forgehand retest"));
    await deliver(commentEvent("/forgehand retest"));
    expect(await runs()).toMatchObject([{ thread: ISSUE, publishes: true }]);
  });

  it("with a mention counts where that means our account", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([automation()], kept.store);
    const [other] = await deliver(commentEvent("@somebody run coding-agent"));
    expect(other).toMatchObject({ outcome: "dropped", reason: expect.stringContaining("another account") });
    await deliver(
      commentEvent("@Forgehand run coding-agent", {
        comment: { id: "501", body: "@Forgehand run coding-agent" },
      }),
    );
    expect(await runs()).toMatchObject([{ thread: ISSUE, publishes: true }]);
  });

  it("on a pull request runs on the head that the forge names now", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, forge } = await scene([retest], kept.store);
    forge.pullRequests.push(pullRequest());
    const told = { number: 8, title: "", body: "", state: "open", labels: [] } as const;
    await deliver(commentEvent("/forgehand retest", { issue: undefined, pullRequest: told }));
    expect(await runs()).toMatchObject([{ sha: SHA, thread: PULL_REQUEST, publishes: false }]);
  });

  it("on a pull request keeps what the delivery told and the forge does not know", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, forge } = await scene([tests], kept.store);
    const { headSha, source, target, fork, ...known } = pullRequest();
    const told = { ...known, source, target, fork };
    forge.pullRequests.push({ ...known, headSha, title: "As it is now" });
    await deliver(pullRequestEvent({ pullRequest: told }));
    const merged = { ...told, headSha, title: "As it is now" };
    expect(await runs()).toMatchObject([{ sha: SHA, event: { pullRequest: merged } }]);
  });

  it("on a pull request from a fork is dropped, though the comment did not tell of the fork", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, forge } = await scene([retest], kept.store);
    forge.pullRequests.push(pullRequest({ fork: true }));
    const told = { number: 8, title: "", body: "", state: "open", labels: [] } as const;
    const [decision] = await deliver(
      commentEvent("/forgehand retest", { issue: undefined, pullRequest: told }),
    );
    expect(decision?.reason).toContain("fork");
    expect(await runs()).toEqual([]);
  });
});

describe("a delivery that comes again", () => {
  it.each(["fail", "error"] as const)("repeats a run that ended by %s, and only that", async (ending) => {
    await using kept = await temporaryStore();
    const { deliver, move, runs } = await scene([tests], kept.store);
    await deliver(pullRequestEvent(), "same");
    await move(1, "start");
    await move(1, ending);
    expect(await deliver(pullRequestEvent(), "same")).toMatchObject([{ outcome: "run", run: 2 }]);
    expect(await deliver(pullRequestEvent(), "same")).toMatchObject([{ outcome: "dropped", run: 2 }]);
    expect(await runs()).toMatchObject([{ sha: SHA }, { sha: SHA, state: "queued" }]);
  });

  it("starts nothing after a run that succeeded", async () => {
    await using kept = await temporaryStore();
    const { deliver, move, runs } = await scene([tests], kept.store);
    await deliver(pullRequestEvent(), "same");
    await move(1, "start");
    await move(1, "succeed");
    expect(await deliver(pullRequestEvent(), "same")).toMatchObject([{ outcome: "dropped", run: 1 }]);
    expect(await runs()).toHaveLength(1);
  });

  it("asks for the permission anew", async () => {
    await using kept = await temporaryStore();
    const { deliver, move, runs, forge } = await scene([tests], kept.store);
    await deliver(pullRequestEvent(), "same");
    await move(1, "start");
    await move(1, "fail");
    forge.permissions.set("alice", "read");
    expect(await deliver(pullRequestEvent(), "same")).toMatchObject([{ outcome: "dropped" }]);
    expect(await runs()).toHaveLength(1);
  });
});

it("a fault of the forge leaves the delivery unmatched, to be tried again", async () => {
  await using kept = await temporaryStore();
  const { deliver, matchDue, forge, runs } = await scene([tests], kept.store);
  forge.failNext("permission", new Error("down"));
  await expect(deliver(pullRequestEvent())).rejects.toThrow("down");
  expect(await runs()).toEqual([]);
  await expect(matchDue()).rejects.toThrow("no match job is due");
});

it("an event is shown with the repository that it is about", async () => {
  await using kept = await temporaryStore();
  const { deliver, runs } = await scene([tests], kept.store);
  await deliver(pullRequestEvent());
  expect(await runs()).toMatchObject([{ repo, context: "forgehand/test", delivery: "1", depth: 0 }]);
});
