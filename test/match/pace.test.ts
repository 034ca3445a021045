import { describe, expect, it } from "@jest/globals";

import type { PushEvent, TagEvent } from "../../src/core/event.ts";
import { pushEvent } from "../support/samples.ts";
import { scene } from "../support/match-scene.ts";
import {
  automation,
  commentEvent,
  issue,
  issueEvent,
  OTHER_SHA,
  pullRequest,
  pullRequestEvent,
  SHA,
} from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const [A, B, C, D] = ["a", "b", "c", "d"].map((digit) => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
];
const pushed = (before: string, after: string, change: Partial<PushEvent> = {}) =>
  pushEvent({ before, after, ...change });
const REF = "refs/heads/main";

const fleet = automation({ name: "fleet", on: { push: true, tag: true } });

describe("a newer commit of a branch", () => {
  async function room(change: Partial<typeof fleet> = {}) {
    const kept = await temporaryStore();
    const at = await scene([{ ...fleet, ...change }], kept.store);
    const states = async () => (await at.runs()).map(({ sha, state }) => `${sha?.[0] ?? ""} ${state}`);
    return { ...at, store: kept.store, states, [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose]() };
  }

  it("ends the older run by what the events say alone, and asks nobody", async () => {
    await using at = await room();
    await at.deliver(pushed(A, B));
    await at.deliver(pushed(B, C));
    expect(await at.states()).toEqual(["b cancelled", "c queued"]);
    expect((await at.runs())[0]?.reason).toBe("Run 2 took its place.");
  });

  it.each(["queued", "over"])("is not ended by an older one that comes late, be it %s", async (state) => {
    await using at = await room();
    await at.deliver(pushed(B, C));
    if (state === "over") {
      await at.move(1, "start");
      await at.move(1, "succeed");
    }
    expect(await at.deliver(pushed(A, B))).toMatchObject([
      { outcome: "dropped", reason: `A newer commit of ${REF} has a run already.` },
    ]);
    expect(await at.states()).toEqual([state === "over" ? "c succeeded" : "c queued"]);
  });

  it.each<[string, { heads: string[]; line?: string }, string[]]>([
    ["the ref is at it", { heads: [D] }, ["b cancelled", "d queued"]],
    ["the ref is at the commit of the other run", { heads: [B] }, ["b queued"]],
    ["the ref is gone", { heads: [] }, ["b queued"]],
    [
      "the ref moved on, and it goes on from the other",
      { heads: [C], line: `${B} ${D}` },
      ["b cancelled", "d queued"],
    ],
    ["the ref moved on, and it goes on from nothing that is known", { heads: [C] }, ["b queued"]],
  ])("is told by git where the events leave it open: %s", async (_said, { heads, line }, expected) => {
    await using at = await room();
    await at.deliver(pushed(A, B));
    at.refs.heads.set(REF, heads);
    if (line !== undefined) at.refs.lines.add(line);
    await at.deliver(pushed(C, D));
    expect(await at.states()).toEqual(expected);
  });

  it("is of its own branch, and of its own automation", async () => {
    await using at = await room();
    await at.deliver(pushed(A, B));
    await at.deliver(pushed(B, C, { ref: "refs/heads/other" }));
    await at.deliver({ ...pushed(B, C, { ref: "refs/tags/v1" }), kind: "tag" } satisfies TagEvent);
    expect(await at.states()).toEqual(["b queued", "c queued", "c queued"]);
  });

  it("lets the older go on where the automation lets all, however late they come", async () => {
    await using at = await room({ concurrency: "all" });
    await at.deliver(pushed(B, C));
    await at.deliver(pushed(A, B));
    expect(await at.states()).toEqual(["c queued", "b queued"]);
  });

  it("is looked at again where another run began there meanwhile", async () => {
    await using at = await room();
    await at.deliver(pushed(A, B));
    at.refs.heads.set(REF, [D]);
    const { heads } = at.refs;
    let late: Promise<unknown> | undefined;
    const get = heads.get.bind(heads);
    const [one] = await at.runs();
    heads.get = (ref) => {
      // Somebody else's match job of the commit that came before, in the moment while git is asked.
      late ??= at.store.change((transaction) => {
        const event = pushed(B, C);
        return transaction.addRun({ ...one!, key: "other", event, sha: C });
      });
      return get(ref);
    };
    const first = await at.deliver(pushed(C, D));
    await late;
    expect(first).toMatchObject([{ outcome: "waits" }]);
    expect(await at.matchDue()).toMatchObject([{ outcome: "run" }]);
    expect(await at.states()).toEqual(["b cancelled", "c cancelled", "d queued"]);
  });
});

describe("a group", () => {
  const deploy = (name: string, whenBusy: "cancel" | "queue") =>
    automation({
      name,
      on: { command: name, push: true },
      concurrency: { group: "deploy-{{ repository }}", whenBusy },
    });

  it("has the name that its template makes of the event", async () => {
    await using kept = await temporaryStore();
    const at = await scene([deploy("ship", "queue")], kept.store);
    await at.deliver(pushed(A, B));
    expect(await at.runs()).toMatchObject([{ group: "deploy-octo/hello" }]);
  });

  it("ends the others of it, whatever they are of, or leaves them", async () => {
    await using kept = await temporaryStore();
    const at = await scene([deploy("ship", "queue"), deploy("swap", "cancel")], kept.store);
    const say = (word: string, id: string, number: number) =>
      at.deliver(
        commentEvent(`/forgehand ${word}`, {
          comment: { id, body: `/forgehand ${word}` },
          issue: issue({ number, labels: [] }),
        }),
      );
    await say("ship", "1", 1);
    await say("ship", "2", 2);
    await at.move(1, "start");
    await say("swap", "3", 3);
    const runs = await at.runs();
    expect(runs.map(({ state }) => state)).toEqual(["running", "cancelled", "queued"]);
    expect(runs[0]).toMatchObject({ cancelRequested: "Run 3 took its place." });
  });

  it("does not let an older commit end a newer one", async () => {
    await using kept = await temporaryStore();
    const at = await scene([deploy("swap", "cancel")], kept.store);
    await at.deliver(pushed(B, C));
    await at.deliver(pushed(A, B));
    expect(await at.runs()).toMatchObject([{ sha: C, state: "queued" }]);
  });

  it("lets the runs of older heads of a pull request go on, where they wait", async () => {
    await using kept = await temporaryStore();
    const test = { ...deploy("test", "queue"), on: { pullRequest: ["opened", "updated"] as const } };
    const at = await scene([test], kept.store);
    await at.deliver(pullRequestEvent());
    at.forge.pullRequests.push(pullRequest({ headSha: OTHER_SHA }));
    await at.deliver(
      pullRequestEvent({ action: "updated", pullRequest: pullRequest({ headSha: OTHER_SHA }) }),
    );
    expect(await at.runs()).toMatchObject([
      { sha: SHA, state: "queued" },
      { sha: OTHER_SHA, state: "queued" },
    ]);
  });
});

describe("a budget", () => {
  it("refuses who asked in so many words by one comment, and the label is answered", async () => {
    await using kept = await temporaryStore();
    const at = await scene([automation({ budget: { runs: 1 } })], kept.store);
    at.setLabel("e1");
    await at.deliver(issueEvent());
    await at.move(1, "start");
    await at.move(1, "succeed");
    at.setLabel("e2");
    const [decision] = await at.deliver(issueEvent());
    expect(decision).toMatchObject({ outcome: "refused" });
    expect(decision?.steps?.at(-1)).toMatchObject({ what: "budget", ok: false });
    const place = { forge: "github", repo: "42", thread: { kind: "issue", number: 7 } } as const;
    expect((await kept.store.answer(place))?.text).toMatch(
      /^Nothing was started for the label "coding agent" \(`coding-agent`\)\. The budget of 1 run in 24 hours is used up\. It is free again at .* UTC\. Please ask again then\.$/,
    );
    expect(await kept.store.request({ ...place, automation: "coding-agent" })).toMatchObject({
      state: "answered",
      generation: 2,
    });
    expect(await at.deliver(issueEvent())).toMatchObject([{ outcome: "dropped" }]);
    expect(await at.runs()).toHaveLength(1);
  });

  it("drops what merely happened, with the reason", async () => {
    await using kept = await temporaryStore();
    const at = await scene([{ ...fleet, budget: { runs: 1 } }], kept.store);
    await at.deliver(pushed(A, B));
    const [decision] = await at.deliver(pushed(B, C));
    expect(decision).toMatchObject({ outcome: "dropped", reason: expect.stringContaining("is used up") });
    expect(await at.runs()).toMatchObject([{ state: "queued", sha: B }]);
  });

  it("is not asked for what was started already, and holds a retry back too", async () => {
    await using kept = await temporaryStore();
    const at = await scene([{ ...fleet, budget: { runs: 1 } }], kept.store);
    await at.deliver(pushed(A, B), "one");
    expect(await at.deliver(pushed(A, B))).toMatchObject([
      { outcome: "dropped", reason: "Run 1 was started for this already." },
    ]);
    await at.move(1, "start");
    await at.move(1, "fail");
    const [decision] = await at.deliver(pushed(A, B), "one");
    expect(decision).toMatchObject({ outcome: "dropped", reason: expect.stringContaining("is used up") });
  });
});
