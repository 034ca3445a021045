import { describe, expect, it } from "@jest/globals";

import { ForgehandError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/store.ts";
import { pollRoom } from "../support/poll-room.ts";
import { automation, only, OTHER_SHA, SHA } from "../support/samples.ts";
import { claimed, nothing, OVER } from "../support/store-samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const HOUR = 3_600_000;
const LABEL = "coding agent";
const HELLO = "octo/hello";
const agent = automation();
const tests = automation({ name: "test", on: { pullRequest: ["opened", "updated", "ready"] } });
const push = automation({ name: "push", on: { push: true } });
const listed = { repositories: [HELLO] };
const names = (count: number) => Array.from({ length: count }, (_, index) => `octo/r${index}`);
const limited = (retryAfter?: number) =>
  new ForgehandError("FORGE_RATE_LIMITED", "Wait.", { retryable: true, ...(retryAfter && { retryAfter }) });

const watches = async (store: Store) =>
  (await store.watches("github", { limit: 200 })).map(({ fullName, source }) => `${fullName} ${source}`);

describe("a round", () => {
  it("finds a label, a pull request, a new head and a push, and nothing twice", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [agent, tests, push], polled: listed });
    const { listings } = room;
    listings.issue(HELLO, { number: 1 });
    listings.pull(HELLO, { number: 2 });
    listings.branch(HELLO, "main", SHA);
    await room.pass(60_000);
    expect(await room.findings()).toEqual([]);

    listings.issue(HELLO, { number: 1, labels: [LABEL] });
    listings.pull(HELLO, { number: 2, headSha: OTHER_SHA });
    listings.pull(HELLO, { number: 3 });
    listings.branch(HELLO, "main", OTHER_SHA);
    await room.pass(60_000);
    expect((await room.findings()).sort()).toEqual([
      `${HELLO} issue 1 label_updated`,
      `${HELLO} pull_request 2 updated`,
      `${HELLO} pull_request 3 opened`,
      `${HELLO} push refs/heads/main updated`,
    ]);
  });

  it("begins with what has the label already, and with nothing else", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [agent, tests, push], polled: listed });
    room.listings.issue(HELLO, { number: 1, labels: [LABEL] });
    room.listings.issue(HELLO, { number: 2 });
    room.listings.pull(HELLO, { number: 3 });
    room.listings.branch(HELLO, "main", SHA);
    await room.round();
    expect(await room.findings()).toEqual([`${HELLO} issue 1 label_updated`]);
  });

  it("looks at what an automation wants there, and asks nothing where none wants anything", async () => {
    await using kept = await temporaryStore();
    const automations = [
      automation({ on: { push: true }, repositories: only("octo/a") }),
      automation({ on: { issue: ["opened"] }, repositories: only("octo/b") }),
    ];
    const repositories = ["octo/a", "octo/b", "octo/c"];
    const room = await pollRoom(kept.store, { automations, polled: { repositories } });
    await room.pass(HOUR / 60);
    const looks = new Set(room.listings.looks.map(({ repo, list }) => `${repo} ${list}`));
    expect([...looks].sort()).toEqual(["octo/a branches", "octo/b issues"]);
  });

  it("keeps nothing that no automation wants", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [push], polled: listed });
    room.listings.branch(HELLO, "main", SHA);
    room.listings.branch(HELLO, "old", SHA);
    await room.round();
    const lists = room.listings.branches;
    room.listings.branches = async (...asked) => {
      const looked = await lists(...asked);
      return looked.kind === "listed" ? { ...looked, items: looked.items.slice(0, 1), mark: "less" } : looked;
    };
    room.listings.branch(HELLO, "old", OTHER_SHA);
    room.clock.now += HOUR;
    await room.round();
    expect(await room.findings()).toEqual([]);
  });

  it("asks for the head of each pull request that changed, where the list does not tell it, and of no other", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [tests], heads: false, polled: listed });
    const { listings, forge } = room;
    const asked = () => forge.calls.filter((call) => call === "pullRequest").length;
    for (const number of [1, 2]) {
      listings.pull(HELLO, { number });
      forge.pullRequests.push({ ...pull(number), headSha: SHA });
    }
    await room.pass(30_000);
    expect(asked()).toBe(2);
    forge.pullRequests[0] = { ...pull(1), headSha: OTHER_SHA };
    listings.pull(HELLO, { number: 1 });
    await room.pass(30_000);
    expect(asked()).toBe(3);
    expect(await room.findings()).toEqual([`${HELLO} pull_request 1 updated`]);
  });

  it("counts a label for a new automation, though it was there before", async () => {
    await using kept = await temporaryStore();
    const automations = [automation({ on: { label: "a" } })];
    const room = await pollRoom(kept.store, { automations, polled: listed });
    room.listings.issue(HELLO, { number: 1, labels: ["a", "b"] });
    await room.round();
    automations.push(automation({ name: "other", on: { label: "b" } }));
    room.restart();
    await room.round();
    expect(await room.findings()).toEqual([
      `${HELLO} issue 1 label_updated`,
      `${HELLO} issue 1 label_updated`,
    ]);
  });

  it("finds what happened while nobody looked", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [agent, tests, push], polled: listed });
    await room.pass(30_000);
    room.clock.now += 24 * HOUR;
    room.listings.issue(HELLO, { number: 1, labels: [LABEL] });
    room.listings.pull(HELLO, { number: 2 });
    room.listings.branch(HELLO, "new", SHA);
    room.restart();
    await room.round();
    expect((await room.findings()).sort()).toEqual([
      `${HELLO} issue 1 opened`,
      `${HELLO} pull_request 2 opened`,
      `${HELLO} push refs/heads/new created`,
    ]);
  });

  it("that lost its job writes nothing, and the next one finds the same", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [agent], polled: listed });
    room.listings.issue(HELLO, { number: 1, labels: [LABEL] });
    const lists = room.listings.issues;
    room.listings.issues = async (...asked) => {
      room.listings.issues = lists;
      const other = await claimed(kept.store, "poll");
      await kept.store.complete(other, nothing);
      return lists(...asked);
    };
    const { signal } = new AbortController();
    await expect(room.round(signal, OVER)).rejects.toMatchObject({ code: "CLAIM_LOST" });
    expect(await room.findings()).toEqual([]);
    await room.round();
    expect(await room.findings()).toEqual([`${HELLO} issue 1 label_updated`]);
  });
});

const pull = (number: number) => ({
  number,
  title: "A change",
  body: "",
  state: "open" as const,
  labels: [],
});

describe("which repositories are looked at", () => {
  it("are those that the owner lists, each asked for by name once", async () => {
    await using kept = await temporaryStore();
    const repositories = ["octo/one", "octo/Two"];
    const room = await pollRoom(kept.store, { automations: [agent], polled: { repositories } });
    const asked: string[] = [];
    const find = room.forge.repository;
    room.forge.repository = (name) => {
      asked.push(name);
      return find(name);
    };
    await room.round();
    room.clock.now += 2 * HOUR;
    await room.round();
    expect(await watches(kept.store)).toEqual(["octo/one listed", "octo/Two listed"]);
    expect(asked).toEqual(repositories);
  });

  it("are no more those that were listed once, unless webhooks tell of them", async () => {
    await using kept = await temporaryStore();
    const repositories = ["octo/one", "octo/two", "octo/three"];
    const room = await pollRoom(kept.store, { automations: [agent], polled: { repositories } });
    await room.round();
    const { id: repo, fullName } = room.repoOf("octo/two");
    await kept.store.change((transaction) =>
      transaction.noteWebhook({ forge: "github", repo, fullName, at: new Date() }),
    );
    repositories.splice(1, 2);
    room.restart();
    await room.round();
    expect(await watches(kept.store)).toEqual(["octo/one listed", "octo/two seen"]);
  });

  it("are the others where one that is listed is not there", async () => {
    await using kept = await temporaryStore();
    const polled = { repositories: ["octo/gone", HELLO] };
    const room = await pollRoom(kept.store, { automations: [agent], polled });
    const find = room.forge.repository;
    room.forge.repository = (name) =>
      name === HELLO ? find(name) : Promise.reject(new ForgehandError("FORGE_NOT_FOUND", "No."));
    await room.round();
    expect(await watches(kept.store)).toEqual([`${HELLO} listed`]);
    expect(room.lines).toContainEqual({
      level: "warn",
      message: "a repository of the config is not there",
      data: { repository: "octo/gone", reason: "No." },
    });
  });

  it("are those where an App is installed, and no more those where it was", async () => {
    await using kept = await temporaryStore();
    const installed = names(3);
    const room = await pollRoom(kept.store, { automations: [agent], installed, polled: listed });
    await room.round();
    expect(await watches(kept.store)).toEqual(installed.map((name) => `${name} installed`));
    installed.shift();
    room.clock.now += HOUR;
    await room.round();
    expect(await watches(kept.store)).toEqual(installed.map((name) => `${name} installed`));
  });

  it("stay the same while the forge cannot list them", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [agent], installed: [HELLO] });
    await room.round();
    room.forge.installedRepositories = () =>
      Promise.reject(new ForgehandError("FORGE_AUTH_FAILED", "Wrong key."));
    room.listings.issue(HELLO, { number: 1, labels: [LABEL] });
    room.clock.now += HOUR;
    await room.round();
    expect(await room.findings()).toHaveLength(1);
  });
});

describe("the pace", () => {
  const looksIn = async (room: Awaited<ReturnType<typeof pollRoom>>, time: number) => {
    const before = room.listings.looks.length;
    await room.pass(time);
    return room.listings.looks.length - before;
  };

  it("is a look every 15 s at a repository, one request for each list", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [push], polled: listed });
    await room.round();
    expect(await looksIn(room, 150_000)).toBe(10);
  });

  it("is the owner's own interval, whatever the budget and the webhooks", async () => {
    await using kept = await temporaryStore();
    const polled = { ...listed, interval: 1_000, perHour: undefined };
    const room = await pollRoom(kept.store, { automations: [push], polled });
    await room.round();
    const { id: repo, fullName } = room.repoOf(HELLO);
    await kept.store.change((transaction) =>
      transaction.noteWebhook({ forge: "github", repo, fullName, at: new Date() }),
    );
    expect(await looksIn(room, 20_000)).toBe(20);
  });

  it("is an hour while webhooks arrive, and fast again when one was missed", async () => {
    await using kept = await temporaryStore();
    const { store } = kept;
    const room = await pollRoom(store, { automations: [push], polled: listed });
    room.listings.branch(HELLO, "main", SHA);
    await room.round();
    const { id: repo, fullName } = room.repoOf(HELLO);
    await store.change((transaction) =>
      transaction.noteWebhook({ forge: "github", repo, fullName, at: new Date(room.clock.now) }),
    );
    room.clock.now += 60_000;
    await room.round();
    expect(await looksIn(room, HOUR - 60_000)).toBe(0);

    room.listings.branch(HELLO, "main", OTHER_SHA);
    expect(await looksIn(room, 120_000)).toBe(1);
    expect(await room.findings()).toEqual([`${HELLO} push refs/heads/main updated`]);
    await store.change((transaction) =>
      transaction.noteMissed({ forge: "github", repo, at: new Date(room.clock.now) }),
    );
    await looksIn(room, 60_000);
    expect(await looksIn(room, 150_000)).toBe(10);
  });

  it("is 15 s where no webhook can be received", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [push], polled: listed, pollOnly: true });
    const { id: repo, fullName } = room.repoOf(HELLO);
    await kept.store.change((transaction) =>
      transaction.noteWebhook({ forge: "github", repo, fullName, at: new Date(room.clock.now) }),
    );
    await room.round();
    expect(await looksIn(room, 150_000)).toBe(10);
  });

  it("costs 200 unchanged repositories one request for each list, and in an hour less than the budget", async () => {
    await using kept = await temporaryStore();
    const polled = { perHour: 1_200 };
    const room = await pollRoom(kept.store, { automations: [agent], installed: names(200), polled });
    const looks = await looksIn(room, HOUR);
    expect(looks).toBeLessThanOrEqual(1_200);
    expect(looks).toBeGreaterThan(1_000);
    const each = new Map<string, number>();
    for (const { repo, list } of room.listings.looks) {
      each.set(`${repo} ${list}`, (each.get(`${repo} ${list}`) ?? 0) + 1);
    }
    expect(each.size).toBe(400);
    const counts = [...each.values()];
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  }, 60_000);

  it("spreads new repositories, and keeps within a budget that is much too small for them", async () => {
    await using kept = await temporaryStore();
    const polled = { perHour: 60 };
    const room = await pollRoom(kept.store, { automations: [push], installed: names(30), polled });
    await room.round();
    expect(room.listings.looks.length).toBeLessThanOrEqual(6);
    expect(await looksIn(room, HOUR)).toBeLessThanOrEqual(60);
    room.restart();
    expect(await looksIn(room, HOUR)).toBeLessThanOrEqual(60);
  });
});

describe("trouble", () => {
  it("with the limit of a forge puts all of it off, also for whoever polls it next", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [push], installed: names(3) });
    room.listings.failNext("octo/r0", limited(600_000));
    expect(await room.round()).toBe(600_000);
    const looks = room.listings.looks.length;
    room.restart();
    room.clock.now += 599_000;
    expect(await room.round()).toBe(1_000);
    expect(room.listings.looks).toHaveLength(looks);
    await room.pass(60_000);
    expect(room.listings.looks.length).toBeGreaterThan(looks + 3);
  });

  it("with one repository lets it wait alone, longer each time", async () => {
    await using kept = await temporaryStore();
    const polled = { repositories: ["octo/good", "octo/bad"] };
    const room = await pollRoom(kept.store, { automations: [push], polled });
    for (let count = 0; count < 3; count++) {
      room.listings.failNext("octo/bad", new ForgehandError("FORGE_FAILING", "Oh."));
    }
    const start = room.clock.now;
    const bad: number[] = [];
    const lists = room.listings.branches;
    room.listings.branches = (repo, ...asked) => {
      if (repo.fullName === "octo/bad") bad.push(Math.round((room.clock.now - start) / 60_000));
      return lists(repo, ...asked);
    };
    await room.pass(8 * 60_000);
    expect(bad.slice(0, 4)).toEqual([0, 1, 3, 7]);
    const good = room.listings.looks.filter(({ repo }) => repo === "octo/good");
    expect(good.length).toBeGreaterThanOrEqual(32);
    expect(room.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  it("with one that is gone has it looked at rarely, and tells of it once", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [push], polled: listed });
    for (let count = 0; count < 9; count++) {
      room.listings.failNext(HELLO, new ForgehandError("FORGE_NOT_FOUND", "Gone."));
    }
    await room.pass(20 * 60_000);
    expect(room.listings.looks).toHaveLength(1);
    room.clock.now += 6 * HOUR;
    await room.round();
    expect(room.listings.looks).toHaveLength(2);
    expect(room.lines.filter(({ level }) => level === "warn")).toMatchObject([
      {
        message: "a repository could not be looked at",
        data: { repository: HELLO, code: "FORGE_NOT_FOUND" },
      },
    ]);
  });

  it("by a defect of an adapter keeps no other repository from being looked at", async () => {
    await using kept = await temporaryStore();
    const polled = { repositories: ["octo/bad", "octo/good"] };
    const room = await pollRoom(kept.store, { automations: [push], polled });
    room.listings.failNext("octo/bad", new TypeError("undefined is not an object"));
    await room.pass(60_000);
    const looked = room.listings.looks.map(({ repo }) => repo);
    expect(looked.filter((repo) => repo === "octo/good").length).toBeGreaterThan(2);
    expect(looked.filter((repo) => repo === "octo/bad").length).toBeGreaterThan(1);
  });

  it("with listing the members is over soon, and all are looked at then", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [push], installed: [HELLO] });
    const list = room.forge.installedRepositories;
    let asked = 0;
    room.forge.installedRepositories = () => {
      asked += 1;
      return Promise.reject(new ForgehandError("FORGE_FAILING", "Oh."));
    };
    expect(await room.round()).toBe(60_000);
    expect(asked).toBe(1);
    room.forge.installedRepositories = list;
    room.clock.now += 60_000;
    await room.round();
    expect(room.listings.looks).toHaveLength(1);
  });

  it("of ours, such as stopping, is not held against the repository", async () => {
    await using kept = await temporaryStore();
    const room = await pollRoom(kept.store, { automations: [push], polled: listed });
    const stopping = new AbortController();
    const lists = room.listings.branches;
    room.listings.branches = () => {
      stopping.abort(new Error("stopping"));
      return Promise.reject(new ForgehandError("FORGE_UNREACHABLE", "Aborted."));
    };
    await expect(room.round(stopping.signal)).rejects.toThrow("stopping");
    room.listings.branches = lists;
    await room.round();
    expect(room.listings.looks).toHaveLength(1);
  });
});
