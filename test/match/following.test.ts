import { describe, expect, it } from "@jest/globals";

import { BRANCH, failed, mallory, opened, ours, review, robot, said } from "../support/follow-scene.ts";
import {
  agentAutomation,
  alice,
  automation,
  bot,
  OTHER_SHA,
  PULL_REQUEST,
  pullRequest,
  pullRequestEvent,
  SHA,
} from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

describe("a follow-up on a pull request of ours", () => {
  it.each([
    ["a mention", said("1")],
    ["/forgehand run", said("1", "/forgehand run")],
    ["/forgehand run with the name", said("1", "/forgehand run coding-agent")],
    ["a review that requests changes", review("1")],
  ])("starts by %s, on the branch, after the run before, and no chain", async (_, event) => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept);
    expect(await deliver(event)).toMatchObject([{ outcome: "run", run: 2, matched: true }]);
    expect((await runs())[1]).toMatchObject({
      automation: "coding-agent",
      thread: PULL_REQUEST,
      publishes: true,
      follows: 1,
      depth: 0,
      actor: alice,
      sha: SHA,
      event: { kind: event.kind, pullRequest: { headSha: SHA, source: { branch: BRANCH } } },
    });
  });

  it("starts by a check that failed, asked for by who asked for the run before, one deeper", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept);
    const decisions = await deliver({ ...failed(), actor: mallory });
    expect(decisions).toMatchObject([{ outcome: "run", run: 2 }]);
    expect((await runs())[1]).toMatchObject({ follows: 1, depth: 1, actor: alice, publishes: true });
  });

  it("starts by a check that names no pull request, in the moment before the run knows its own", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, store } = { ...(await opened(kept)), store: kept.store };
    await store.change((transaction) => transaction.noteRun(1, { branch: BRANCH }));
    await deliver({ ...failed(), pullRequest: undefined });
    expect((await runs())[1]).toMatchObject({ thread: PULL_REQUEST, follows: 1 });
  });

  it("is one for each comment and each review, however often it is told", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end } = await opened(kept);
    await deliver(said("1"), "one");
    await end(2);
    expect(await deliver(said("1"), "two")).toMatchObject([{ outcome: "dropped", run: 2 }]);
    expect(await deliver(said("1"), "one")).toMatchObject([{ outcome: "dropped", run: 2 }]);
    await deliver(review("1"));
    await end((await runs()).at(-1)?.id ?? 0);
    await deliver(review("1"));
    expect(await runs()).toHaveLength(3);
  });

  it("is one for all checks that fail on a commit", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, end } = await opened(kept);
    await deliver(failed("build"));
    expect(await deliver(failed("lint"))).toMatchObject([{ outcome: "dropped", run: 2 }]);
    await end(2);
    expect(await deliver(failed("docs"))).toMatchObject([{ outcome: "dropped", run: 2 }]);
    expect(await runs()).toHaveLength(2);
  });

  it("starts where the automation's triggers know nothing of it, also on what it pushed to somebody's pull request", async () => {
    await using kept = await temporaryStore();
    const made = {
      thread: PULL_REQUEST,
      event: pullRequestEvent({ action: "labeled", label: "coding agent", pullRequest: ours() }),
    };
    const { deliver, runs } = await opened(kept, { made, facts: { pullRequest: undefined } });
    await deliver(said("1"));
    expect((await runs())[1]).toMatchObject({ follows: 1, thread: PULL_REQUEST });
  });

  it("belongs to the automation that made the pull request", async () => {
    await using kept = await temporaryStore();
    const other = agentAutomation({ name: "other", on: { label: "other" } });
    const { deliver, runs } = await opened(kept, { automations: [other, agentAutomation()] });
    await deliver(said("1", "/forgehand run"));
    expect((await runs()).map(({ automation: name }) => name)).toEqual(["coding-agent", "coding-agent"]);
  });

  it("lets no other agent work on the branch because of the same words, unless it is asked by its name", async () => {
    await using kept = await temporaryStore();
    const other = agentAutomation({ name: "other", on: { mention: true, review: ["changes_requested"] } });
    const { deliver, runs, end } = await opened(kept, { automations: [other, agentAutomation()] });
    expect(await deliver(said("1"))).toMatchObject([
      {
        automation: "other",
        outcome: "dropped",
        reason: "It is for coding-agent, which made the pull request.",
      },
      { automation: "coding-agent", outcome: "run" },
    ]);
    await end(2);
    await deliver(review("2"));
    await deliver(said("3", "/forgehand run other"));
    expect((await runs()).map(({ automation: name }) => name)).toEqual([
      "coding-agent",
      "coding-agent",
      "coding-agent",
      "other",
    ]);
  });

  it.each<[string, Parameters<typeof opened>[1]]>([
    ["is of a person, on a branch that no run pushed to", { shown: pullRequest() }],
    ["is of the bot's account, but of no run", { shown: pullRequest({ author: bot }) }],
    ["comes from a fork that has a branch of that name", { shown: ours({ fork: true }) }],
    ["has a branch that carried another one before", { facts: { pullRequest: { number: 3, url: "" } } }],
    ["was made by a plain command", { automations: [automation()] }],
    [
      "was made by an agent that is not to follow",
      {
        automations: [
          agentAutomation({ followUp: { comments: false, reviews: false, checks: false, depth: 3 } }),
        ],
      },
    ],
  ])("never starts where the pull request %s", async (_, options) => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept, options);
    await deliver(said("1"));
    await deliver(review("1"));
    expect(await runs()).toHaveLength(1);
  });

  it("never starts by a mention of somebody else, or by our own review", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept);
    await deliver(said("1", "Look, @bob"));
    await deliver(said("2", "@bob run"));
    await deliver(review("1", bot));
    expect(await runs()).toHaveLength(1);
  });

  it("is refused to who may not ask: a comment with one answer, a review without", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept);
    expect(await deliver(said("1", "@forgehand push it", mallory))).toMatchObject([{ outcome: "refused" }]);
    expect(await deliver(review("1", mallory))).toMatchObject([{ outcome: "dropped" }]);
    expect(await kept.store.refusals("github", "42", PULL_REQUEST)).toMatchObject([
      { actor: mallory, text: expect.stringContaining("this mention") },
    ]);
    expect(await runs()).toHaveLength(1);
  });

  it("by a check is refused where who asked for the run may ask no more", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs, forge } = await opened(kept);
    forge.permissions.set("alice", "read");
    expect(await deliver(failed())).toMatchObject([{ outcome: "dropped" }]);
    expect(await runs()).toHaveLength(1);
  });

  it.each(["closed", "merged"] as const)("never starts once the pull request is %s", async (state) => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept, { shown: ours({ state }) });
    for (const event of [said("1"), review("1"), failed()]) {
      expect(await deliver(event)).toMatchObject([
        { outcome: "dropped", reason: expect.stringContaining(state) },
      ]);
    }
    expect(await runs()).toHaveLength(1);
  });

  it("starts by a check of what it pushed last, and of nothing older or newer", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept, { shown: ours({ headSha: OTHER_SHA }) });
    expect(await deliver(failed())).toMatchObject([{ outcome: "dropped" }]);
    expect(await deliver(failed("build", OTHER_SHA))).toMatchObject([{ outcome: "not matched" }]);
    expect(await runs()).toHaveLength(1);
  });

  it("starts by required checks alone, where the forge tells which are", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept, { requiredChecks: ["docs", "build*"] });
    expect(await deliver(failed("lint"))).toMatchObject([
      { outcome: "dropped", reason: expect.stringContaining("not required") },
    ]);
    await deliver(failed("build (linux)"));
    expect(await runs()).toHaveLength(2);
  });

  it("starts by any check that fails where a trigger of the automation waits for that", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept, {
      automations: [agentAutomation({ on: { check: ["failure"] } })],
      requiredChecks: ["build"],
    });
    await deliver(failed("lint"));
    expect((await runs())[1]).toMatchObject({ depth: 1, publishes: true, thread: PULL_REQUEST });
  });

  it("starts by no check where the forge says that none is required", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept, { requiredChecks: [] });
    await deliver(failed());
    expect(await runs()).toHaveLength(1);
  });
});

describe("a chain of follow-ups", () => {
  /** The run before, as the last one that may follow by itself. */
  const deep = { made: { depth: 3 } };

  it("ends at its depth, which the last run says once", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await opened(kept, deep);
    const decisions = await deliver(failed("build"));
    expect(decisions).toMatchObject([{ outcome: "dropped" }]);
    expect(decisions[0]?.steps?.at(-1)).toMatchObject({ what: "depth", ok: false });
    await deliver(failed("lint"));
    const [run, ...others] = await runs();
    expect(others).toEqual([]);
    expect(run?.reason).toBe(
      'The check "build" failed on it. 3 runs have followed by themselves already: nothing more is started until a person asks.',
    );
  });

  it("ends where the owner says", async () => {
    await using kept = await temporaryStore();
    const followUp = { comments: true, reviews: true, checks: true, depth: 1 };
    const { deliver, runs } = await opened(kept, {
      automations: [agentAutomation({ followUp })],
      made: { depth: 1 },
    });
    await deliver(failed());
    expect((await runs()).map(({ reason }) => reason)).toEqual([expect.stringContaining("One run has")]);
  });

  it("begins anew when a person asks, and goes on when a machine does", async () => {
    await using kept = await temporaryStore();
    const allow = { permission: "write" as const, users: [], teams: [], bots: [robot.id] };
    const { deliver, runs, end } = await opened(kept, {
      automations: [agentAutomation({ allow })],
      made: { depth: 2 },
    });
    await deliver(review("1", robot));
    await end(2);
    await deliver(review("2", robot));
    await deliver(review("3"));
    expect((await runs()).map(({ depth }) => depth)).toEqual([2, 3, 0]);
  });

  it("is counted also where the automation's own trigger starts it", async () => {
    await using kept = await temporaryStore();
    const followUp = { comments: false, reviews: false, checks: false, depth: 3 };
    const own = agentAutomation({ on: { check: ["failure"] }, followUp });
    const { deliver, runs, end } = await opened(kept, { automations: [own], made: { depth: 2 } });
    await deliver(failed("build"));
    await end(2, "succeed", { branch: BRANCH, pushedSha: SHA });
    await deliver(failed("lint"));
    expect(await runs()).toMatchObject([{ depth: 2 }, { depth: 3, actor: alice, publishes: true }]);
  });
});
