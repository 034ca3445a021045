import { describe, expect, it } from "@jest/globals";

import type { ForgeEvent } from "../../src/core/event.ts";
import type { Store } from "../../src/core/store.ts";
import { pollRoom } from "../support/poll-room.ts";
import {
  alice,
  allow,
  automation,
  bot,
  issue,
  issueEvent,
  newRun,
  OTHER_SHA,
  pullRequest,
  pullRequestEvent,
  pushEvent,
  SHA,
} from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const HELLO = "octo/hello";
const MINUTE = 60_000;
const agent = automation();
const tests = automation({ name: "test", on: { pullRequest: ["opened", "updated", "ready"] } });
const push = automation({ name: "push", on: { push: true } });

type Room = Awaited<ReturnType<typeof pollRoom>>;

/** A room that has looked once, at the issue 7, the pull request 8 and the branch `main`. */
async function lookedOnce(store: Store, change: Partial<Parameters<typeof pollRoom>[1]> = {}): Promise<Room> {
  const automations = [agent, tests, push];
  const room = await pollRoom(store, { automations, polled: { repositories: [HELLO] }, ...change });
  room.listings.issue(HELLO, { number: 7 });
  room.listings.pull(HELLO, { number: 8 });
  room.listings.branch(HELLO, "main", SHA);
  await room.round();
  return room;
}

const look = async (room: Room) => {
  await room.pass(MINUTE);
  await room.matchAll();
};

/** What happens, as the forge shows it and as its webhook tells it. */
const HAPPENINGS: readonly [string, (room: Room) => ForgeEvent][] = [
  [
    "a label",
    ({ listings, forge, repoOf }) => {
      const labels = ["coding agent"];
      listings.issue(HELLO, { number: 7, labels });
      forge.labellings.set("issue 7 coding agent", {
        kind: "set",
        actor: alice,
        eventId: "e1",
        at: new Date(0),
      });
      return issueEvent({ repo: repoOf(HELLO), issue: issue({ labels }) });
    },
  ],
  [
    "a new pull request",
    ({ listings, repoOf }) => {
      listings.pull(HELLO, { number: 9 });
      return pullRequestEvent({ repo: repoOf(HELLO), pullRequest: pullRequest({ number: 9 }) });
    },
  ],
  [
    "a new head",
    ({ listings, repoOf }) => {
      listings.pull(HELLO, { number: 8, headSha: OTHER_SHA });
      const proposed = pullRequest({ headSha: OTHER_SHA });
      return pullRequestEvent({ repo: repoOf(HELLO), action: "updated", pullRequest: proposed });
    },
  ],
  [
    "a push",
    ({ listings, repoOf }) => {
      listings.branch(HELLO, "main", OTHER_SHA);
      return pushEvent({ repo: repoOf(HELLO), before: SHA, after: OTHER_SHA });
    },
  ],
];

describe.each(HAPPENINGS)("%s", (_, happen) => {
  it("that is found starts one run, and the webhook that comes late no other", async () => {
    await using kept = await temporaryStore();
    const room = await lookedOnce(kept.store);
    const event = happen(room);
    await look(room);
    expect(await room.runs()).toHaveLength(1);
    expect((await kept.store.watches("github", { limit: 1 }))[0]?.missedAt).toBeInstanceOf(Date);
    await room.tell(event);
    expect(await room.runs()).toHaveLength(1);
    expect((await room.decisions()).filter((one) => one.startsWith("run"))).toHaveLength(1);
  });

  it("that a webhook told of starts one run, and is not missed when it is found", async () => {
    await using kept = await temporaryStore();
    const room = await lookedOnce(kept.store);
    await room.tell(happen(room));
    await look(room);
    expect(await room.runs()).toHaveLength(1);
    expect((await room.findings()).length).toBe(1);
    expect((await kept.store.watches("github", { limit: 1 }))[0]?.missedAt).toBeUndefined();
  });
});

describe("who did it", () => {
  it("counts for a label: who set it is asked, and refused without permission", async () => {
    await using kept = await temporaryStore();
    const room = await lookedOnce(kept.store);
    const actor = { id: "666", login: "mallory" };
    room.listings.issue(HELLO, { number: 7, labels: ["coding agent"] });
    room.forge.labellings.set("issue 7 coding agent", { kind: "set", actor, eventId: "e1", at: new Date(0) });
    await look(room);
    expect(await room.decisions()).toEqual([
      expect.stringMatching(/^refused: .*mallory has none permission/),
    ]);
  });

  it("is nobody where the forge does not tell who set a label: it waits for whoever tells", async () => {
    await using kept = await temporaryStore();
    const room = await lookedOnce(kept.store);
    const key = "issue 7 coding agent";
    room.forge.labellings.set(key, { kind: "unsupported" });
    const changed = (labels: string[]) =>
      issueEvent({
        repo: room.repoOf(HELLO),
        action: "label_updated",
        label: undefined,
        issue: issue({ labels }),
      });
    await room.tell(changed([]));
    room.listings.issue(HELLO, { number: 7, labels: ["coding agent"] });
    await look(room);
    expect((await room.decisions()).at(-1)).toMatch(/^dropped: Nobody can tell who did this to issue #7/);
    expect(await room.runs()).toEqual([]);
    await room.tell(changed(["coding agent"]));
    expect(await room.runs()).toMatchObject([{ actor: alice }]);
  });

  it("is nobody for a push, which proves write permission and no more", async () => {
    await using kept = await temporaryStore();
    const strict = automation({ name: "deploy", on: { push: true }, allow: allow("maintain") });
    const room = await lookedOnce(kept.store, { automations: [push, strict] });
    room.listings.branch(HELLO, "main", OTHER_SHA);
    await look(room);
    expect(await room.runs()).toMatchObject([{ automation: "push", actor: { id: "", login: "" } }]);
    expect(await room.decisions()).toContainEqual(
      expect.stringMatching(/^dropped: Nobody can tell who pushed/),
    );
  });

  it("is nobody for a new head of a fork, which is dropped", async () => {
    await using kept = await temporaryStore();
    const forks = automation({ name: "test", on: { pullRequest: ["updated"] }, forks: "run" });
    const room = await lookedOnce(kept.store, { automations: [forks] });
    room.listings.pull(HELLO, { number: 8, headSha: OTHER_SHA, fork: true });
    await look(room);
    expect(await room.decisions()).toEqual([expect.stringMatching(/^dropped: Nobody can tell who did this/)]);
  });

  it("is the author for a new pull request, and for a draft that is ready", async () => {
    await using kept = await temporaryStore();
    const room = await lookedOnce(kept.store);
    const stranger = { id: "5", login: "stranger" };
    room.listings.pull(HELLO, { number: 10, draft: true, headSha: OTHER_SHA }, stranger);
    await look(room);
    room.listings.pull(HELLO, { number: 10, draft: false, headSha: OTHER_SHA }, stranger);
    await look(room);
    expect(await room.findings()).toEqual([
      `${HELLO} pull_request 10 opened`,
      `${HELLO} pull_request 10 ready`,
    ]);
    expect(await room.runs()).toEqual([]);
    expect(new Set(await room.decisions())).toContain(
      `dropped: stranger has none permission in ${HELLO}; write or more is needed.`,
    );
  });
});

describe("what Forgehand did itself", () => {
  it("starts nothing: its push, found by looking", async () => {
    await using kept = await temporaryStore();
    const room = await lookedOnce(kept.store);
    const { store } = kept;
    await store.change(async (transaction) => {
      const { run } = await transaction.addRun(newRun({ repo: room.repoOf(HELLO) }));
      await transaction.moveRun(run.id, "start");
      await transaction.moveRun(run.id, "succeed", { branch: "forgehand/x", pushedSha: OTHER_SHA });
    });
    room.listings.branch(HELLO, "forgehand/x", OTHER_SHA);
    await look(room);
    expect(await room.decisions()).toEqual(["dropped: Forgehand pushed this itself."]);
  });

  it("is followed up where it is a pull request, for the person who asked for the run", async () => {
    await using kept = await temporaryStore();
    const room = await lookedOnce(kept.store, { automations: [tests] });
    await kept.store.change(async (transaction) => {
      const { run } = await transaction.addRun(newRun({ repo: room.repoOf(HELLO) }));
      await transaction.moveRun(run.id, "start");
      await transaction.moveRun(run.id, "succeed", { branch: "forgehand/x", pushedSha: OTHER_SHA });
    });
    room.listings.pull(HELLO, { number: 9, headSha: OTHER_SHA }, bot);
    await look(room);
    expect(await room.runs()).toMatchObject([{}, { automation: "test", actor: alice, depth: 1 }]);
  });
});
