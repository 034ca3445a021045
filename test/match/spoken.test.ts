import { describe, expect, it } from "@jest/globals";

import type { Automation } from "../../src/core/automation.ts";
import { placeKey } from "../../src/core/status.ts";
import { COMMENT_MARKER } from "../../src/core/text.ts";
import { wants } from "../../src/match/wants.ts";
import { scene } from "../support/match-scene.ts";
import {
  alice,
  allow,
  automation,
  commentEvent,
  ISSUE,
  issueEvent,
  OTHER_SHA,
  PULL_REQUEST,
  pullRequest,
  pullRequestEvent,
  repo,
  SHA,
  only,
} from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const mallory = { id: "666", login: "mallory" };
const agent = automation();
const tests = automation({ name: "test", on: { command: "test", pullRequest: ["opened"] } });
const place = { forge: "github", repo: repo.id, thread: ISSUE };
let comments = 0;
const say = (body: string, change: Parameters<typeof commentEvent>[1] = {}) =>
  commentEvent(body, { comment: { id: `c${++comments}`, body }, ...change });

async function talked(
  kept: Awaited<ReturnType<typeof temporaryStore>>,
  automations: Automation[] = [agent, tests],
) {
  const at = await scene(automations, kept.store);
  const answer = async () => (await kept.store.answer(place))?.text;
  /** What became of a comment, without those that it was not meant for. */
  const tell = async (body: string, change: Parameters<typeof say>[1] = {}) => {
    const decisions = await at.deliver(say(body, change));
    return decisions.filter(({ outcome }) => outcome !== "not matched");
  };
  return { ...at, answer, tell };
}

describe("run", () => {
  it("starts the one automation that may be asked for, without its name", async () => {
    await using kept = await temporaryStore();
    const { tell, runs } = await talked(kept, [agent, automation({ name: "watch", on: { push: true } })]);
    expect(await tell("/forgehand run")).toMatchObject([
      { automation: "coding-agent", outcome: "run", run: 1 },
    ]);
    expect(await runs()).toMatchObject([{ automation: "coding-agent", actor: alice }]);
  });

  it("starts nothing without a name for somebody who may not ask, or by a mention of somebody else", async () => {
    await using kept = await temporaryStore();
    const { tell, runs } = await talked(kept, [agent]);
    expect(await tell("@carol run")).toMatchObject([{ outcome: "dropped" }]);
    expect(await tell("/forgehand run", { actor: mallory })).toMatchObject([{ outcome: "refused" }]);
    expect(await runs()).toEqual([]);
  });

  it("lists what may be asked for where several fit, and where none is called so", async () => {
    await using kept = await temporaryStore();
    const { tell, answer, runs } = await talked(kept);
    expect(await tell("/forgehand run")).toMatchObject([
      { automation: "/forgehand run", outcome: "answered" },
    ]);
    expect(await answer()).toBe(
      "Say which one. What may be asked for here: `/forgehand run coding-agent`, `/forgehand run test` (or `/forgehand test`).",
    );
    await tell("/forgehand run `@carol`");
    expect(await answer()).toMatch(/^There is no automation `'@carol'` here\. What may/);
    expect(await runs()).toEqual([]);
  });

  it("takes the answer before out of the comment when it starts something", async () => {
    await using kept = await temporaryStore();
    const { tell, answer } = await talked(kept);
    await tell("/forgehand run");
    await tell("/forgehand run test");
    expect(await answer()).toBeUndefined();
  });
});

describe("retry", () => {
  it("does the last run again that is over, by the right and in the name of who says it, once for a comment", async () => {
    await using kept = await temporaryStore();
    const { tell, deliver, move, runs, forge } = await talked(kept);
    forge.permissions.set("carol", "write");
    await tell("/forgehand run coding-agent");
    await move(1, "start");
    await move(1, "fail", { reason: "No." });
    const again = say("/forgehand retry", { actor: { id: "3", login: "carol" } });
    await deliver(again, "retry");
    await deliver(again, "other delivery of the same comment");
    await deliver(again, "retry");
    expect(await runs()).toMatchObject([
      { state: "failed", actor: alice },
      { automation: "coding-agent", follows: 1, actor: { login: "carol" }, state: "queued" },
    ]);
  });

  it.each([
    ["by the name of its automation", "test", 2],
    ["by its number", "1", 1],
    ["by its number with a sign", "#1", 1],
  ])("does a certain one again: %s", async (_, named, follows) => {
    await using kept = await temporaryStore();
    const { tell, move, runs } = await talked(kept);
    await tell("/forgehand run coding-agent");
    await tell("/forgehand test");
    for (const id of [2, 1]) await move(id, "cancel");
    await tell(`/forgehand retry ${named}`);
    expect((await runs()).at(-1)).toMatchObject({ id: 3, follows });
  });

  it("says why there is nothing to do again", async () => {
    await using kept = await temporaryStore();
    const { tell, answer, runs, move } = await talked(kept);
    await tell("/forgehand retry");
    expect(await answer()).toBe("`/forgehand retry`: Nothing of that came to its end here.");
    await tell("/forgehand test");
    await move(1, "cancel");
    await tell("/forgehand test");
    await tell("/forgehand retry");
    expect(await answer()).toContain("Run 2 is under way already.");
    expect(await runs()).toHaveLength(2);
  });

  it("is refused to somebody without the right, once in the thread", async () => {
    await using kept = await temporaryStore();
    const { tell, move, runs } = await talked(kept);
    await tell("/forgehand test");
    await move(1, "cancel");
    for (const word of ["retry", "retry 1"]) {
      expect(await tell(`/forgehand ${word}`, { actor: mallory })).toMatchObject([{ outcome: "refused" }]);
    }
    expect(await kept.store.refusals("github", repo.id, ISSUE)).toHaveLength(1);
    expect(await runs()).toHaveLength(1);
  });

  it("works on the head that a pull request has now", async () => {
    await using kept = await temporaryStore();
    const { deliver, move, runs, forge } = await talked(kept);
    forge.pullRequests.push(pullRequest());
    await deliver(pullRequestEvent());
    await move(1, "cancel");
    forge.pullRequests.splice(0, 1, pullRequest({ headSha: OTHER_SHA }));
    await deliver(say("/forgehand retry", { issue: undefined, pullRequest: pullRequest() }));
    expect(await runs()).toMatchObject([{ sha: SHA }, { sha: OTHER_SHA, thread: PULL_REQUEST, follows: 1 }]);
  });

  it("of a fork's pull request waits for the approval of its head", async () => {
    await using kept = await temporaryStore();
    const { deliver, matchDue, move, runs, forge } = await talked(kept, [
      automation({ ...tests, forks: "approve" }),
    ]);
    forge.pullRequests.push(pullRequest());
    await deliver(pullRequestEvent());
    await move(1, "cancel");
    forge.pullRequests.splice(0, 1, pullRequest({ headSha: OTHER_SHA, fork: true }));
    const on = { issue: undefined, pullRequest: pullRequest() };
    expect(await deliver(say("/forgehand retry", on))).toMatchObject([{ outcome: "waits" }]);
    expect(await runs()).toHaveLength(1);
    await deliver(say(`/forgehand approve ${OTHER_SHA}`, on));
    expect(await matchDue()).toMatchObject([{ outcome: "run", run: 2 }]);
    expect((await runs()).at(-1)).toMatchObject({ sha: OTHER_SHA, follows: 1 });
  });
});

describe("cancel", () => {
  it("ends what is under way, and asks what has started to stop", async () => {
    await using kept = await temporaryStore();
    const { tell, move, runs } = await talked(kept);
    await tell("/forgehand run coding-agent");
    await tell("/forgehand test");
    await move(1, "start");
    expect(await tell("/forgehand cancel")).toMatchObject([
      { outcome: "cancelled" },
      { outcome: "cancelled" },
    ]);
    expect(await runs()).toMatchObject([
      { state: "running", cancelRequested: "alice asked for that by a comment." },
      { state: "cancelled", reason: "alice asked for that by a comment." },
    ]);
  });

  it("ends a certain one", async () => {
    await using kept = await temporaryStore();
    const { tell, runs } = await talked(kept);
    await tell("/forgehand run coding-agent");
    await tell("/forgehand test");
    await tell("/forgehand cancel TEST");
    expect(await runs()).toMatchObject([{ state: "queued" }, { state: "cancelled" }]);
  });

  it("told again ends no later run", async () => {
    await using kept = await temporaryStore();
    const { tell, deliver, runs } = await talked(kept);
    await tell("/forgehand test");
    const cancel = say("/forgehand cancel");
    await deliver(cancel, "cancel");
    await tell("/forgehand test");
    expect(
      (await deliver(cancel, "cancel")).filter(({ outcome }) => outcome !== "not matched"),
    ).toMatchObject([{ outcome: "dropped", reason: "This command was carried out already." }]);
    expect(await runs()).toMatchObject([{ state: "cancelled" }, { state: "queued" }]);
  });

  it("ends what whoever says it may ask for, and is refused where that is nothing", async () => {
    await using kept = await temporaryStore();
    const { tell, runs } = await talked(kept, [automation({ ...agent, allow: allow("read") }), tests]);
    await tell("/forgehand run coding-agent");
    await tell("/forgehand test");
    const reader = { actor: { id: "4", login: "reader" } };
    expect(await tell("/forgehand cancel test", reader)).toMatchObject([{ outcome: "refused" }]);
    expect(await runs()).toMatchObject([{ state: "queued" }, { state: "queued" }]);
  });

  it("says that there is nothing to end", async () => {
    await using kept = await temporaryStore();
    const { tell, answer } = await talked(kept);
    await tell("/forgehand cancel");
    expect(await answer()).toBe("`/forgehand cancel`: Nothing of that is under way here.");
  });
});

describe("approve", () => {
  it("starts the run of a label that was refused to who set it, once", async () => {
    await using kept = await temporaryStore();
    const { tell, deliver, setLabel, runs } = await talked(kept);
    setLabel("e1", mallory);
    expect((await deliver(issueEvent()))[0]?.reason).toContain("`/forgehand approve`");
    expect(await tell("/forgehand approve")).toMatchObject([
      { automation: "coding-agent", outcome: "run", run: 1 },
    ]);
    expect(await runs()).toMatchObject([{ actor: alice, label: "coding agent", publishes: true }]);
    expect(await kept.store.request({ ...place, automation: "coding-agent" })).toMatchObject({
      state: "answered",
      run: 1,
    });
    expect(await tell("/forgehand approve")).toMatchObject([{ outcome: "answered" }]);
    expect(await runs()).toHaveLength(1);
  });

  it("starts nothing for who set it, nor for a label that is gone", async () => {
    await using kept = await temporaryStore();
    const { tell, deliver, setLabel, runs, forge } = await talked(kept);
    setLabel("e1", mallory);
    await deliver(issueEvent());
    expect(await tell("/forgehand approve", { actor: mallory })).toMatchObject([{ outcome: "refused" }]);
    forge.labellings.clear();
    expect(await tell("/forgehand approve")).toMatchObject([{ outcome: "answered" }]);
    expect(await runs()).toEqual([]);
  });

  it("says that nothing waits", async () => {
    await using kept = await temporaryStore();
    const { tell, answer } = await talked(kept);
    await tell("/forgehand approve");
    expect(await answer()).toBe("`/forgehand approve`: Nothing here waits for an approval.");
  });
});

describe("status and help", () => {
  const reader = { actor: { id: "4", login: "reader" } };

  it("are for everybody who may read, and edit the one comment", async () => {
    await using kept = await temporaryStore();
    const { tell, answer, forge } = await talked(kept);
    forge.permissions.set("reader", "read");
    await tell("/forgehand status", reader);
    expect(await answer()).toBe("Nothing was run here yet.");
    await tell("/forgehand help", reader);
    expect(await answer()).toContain("- `/forgehand cancel` ends what is under way here");
    const jobs = await kept.store.jobs({ stage: "report", limit: 10 });
    expect(jobs.map(({ subject }) => subject)).toEqual([placeKey({ kind: "comment", ...place })]);
  });

  it.each([
    ["who may not even read", mallory],
    ["that is a machine", { id: "9", login: "alice[bot]" }],
    ["that the forge calls a machine", { ...alice, bot: true }],
  ])("are not for somebody %s", async (_, actor) => {
    await using kept = await temporaryStore();
    const { tell, answer } = await talked(kept);
    for (const word of ["status", "help", "dance", "cancel"]) {
      expect(await tell(`/forgehand ${word}`, { actor })).toMatchObject([{ outcome: "dropped" }]);
    }
    expect(await answer()).toBeUndefined();
  });

  it("tell how many runs are under way", async () => {
    await using kept = await temporaryStore();
    const { tell, answer, move } = await talked(kept);
    await tell("/forgehand test");
    await tell("/forgehand status");
    expect(await answer()).toBe("One run is under way here: see above.");
    await move(1, "cancel");
    await tell("/forgehand status");
    expect(await answer()).toContain("Nothing is under way here.");
  });
});

describe("what is not understood", () => {
  it("is helped once in a thread", async () => {
    await using kept = await temporaryStore();
    const { tell, answer } = await talked(kept);
    expect(await tell("/forgehand dance")).toMatchObject([
      { automation: "/forgehand …", outcome: "answered" },
    ]);
    expect(await answer()).toMatch(/^I did not understand that\.\n\n- `\/forgehand run NAME`/);
    await tell("/forgehand status");
    expect(await tell("/forgehand sing")).toMatchObject([{ outcome: "dropped" }]);
    expect(await answer()).toBe("Nothing was run here yet.");
  });

  it("is not there where an automation has that word, where somebody is talked to, and in what we wrote", async () => {
    await using kept = await temporaryStore();
    const { tell, answer } = await talked(kept);
    await tell("/forgehand test");
    await tell("@forgehand how are you?");
    await tell(`${COMMENT_MARKER}\n/forgehand dance`);
    expect(await answer()).toBeUndefined();
  });
});

describe("a delivery with a command", () => {
  const reading = (body: string) => ({ kind: "event", events: [say(body)] }) as const;
  const at = { forge: "github", door: "" };

  it.each([
    ["for Forgehand", "/forgehand status", [agent], true],
    ["that is not understood", "/forgehand dance", [agent], true],
    ["by a mention", "@anybody cancel", [agent], true],
    [
      "where no automation serves the repository",
      "/forgehand status",
      [automation({ repositories: only("other/*") })],
      false,
    ],
    ["of nobody", "Hello.", [agent], false],
  ])("%s is kept, or not", (_, body, automations, kept) => {
    expect(wants(reading(body), automations, at)).toBe(kept);
  });
});
