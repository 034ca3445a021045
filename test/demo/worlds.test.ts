import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { commit, makeBareRepository } from "../../demo/repository.ts";
import type { Happening } from "../../demo/stand-in/state.ts";
import type { World } from "../../demo/world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import { WORLDS } from "../../demo/worlds.ts";
import { adapters } from "../../src/forges/index.ts";
import { temporaryFolder } from "../support/temporary.ts";

const kinds = Object.keys(WORLDS) as (keyof typeof WORLDS)[];

it("there is a world for every forge that Forgehand speaks to", () => {
  expect(kinds).toEqual(adapters.map(({ kind }) => kind));
});

describe.each(kinds)("a world with a %s", (kind) => {
  const adapter = adapters.find((one) => one.kind === kind)!;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let world: World;

  beforeEach(async () => {
    folder = await temporaryFolder();
    world = await WORLDS[kind]({ root: folder.path });
    await commit(world.bare, { branch: DEFAULT_BRANCH, message: "first", files: { "a.txt": "a\n" } });
  });

  afterEach(async () => {
    await world.close();
    await folder[Symbol.asyncDispose]();
  });

  const issue = () => world.openIssue({ title: "Fix it", body: "Please." });
  const about = () => ({ repository: world.repository, actor: OWNER });

  async function propose(branch: string, from = world.repository, bare = world.bare) {
    const head = { branch, from: DEFAULT_BRANCH, message: branch, files: { "a.txt": `${branch}\n` } };
    const sha = await commit(bare, head);
    return { sha, pull: await world.openPullRequest({ title: "Change it", branch, from }) };
  }

  /** What the forge's adapter makes of a delivery of ours. */
  async function read(happening: Happening) {
    const { headers, body } = world.sign(await world.told(happening), "one-id");
    const secret = /\w+/.exec(String(world.forge.webhookSecret))?.[0] ?? "";
    const request = { headers, body: Buffer.from(body) };
    const { event, id } = adapter.identify(request);
    return {
      id,
      sender: adapter.verify(request, [world.environment[secret] ?? ""], new Date()),
      forged: adapter.verify(request, ["another secret"], new Date()).state,
      reading: adapter.normalise({ event, ...request }),
    };
  }

  it("proves its deliveries, and to nobody who has another secret", async () => {
    const told = await read({ kind: "opened", ...about(), thread: issue() });
    expect(told).toMatchObject({ id: "one-id", sender: { state: "proven" }, forged: "unproven" });
  });

  it("tells of an issue that was labelled, and by whom", async () => {
    const thread = issue();
    world.changeLabels(thread, { add: ["coding agent"] }, STRANGER);
    const labels = { added: ["coding agent"], removed: [] };
    const { reading } = await read({ kind: "labels", ...about(), actor: STRANGER, thread, ...labels });
    const { repository } = world;
    expect(reading).toMatchObject({
      kind: "event",
      events: [
        {
          kind: "issue",
          action: "labeled",
          label: "coding agent",
          repo: {
            id: world.ids.repository(repository),
            fullName: repository.fullName,
            ...(world.untold.includes("default branch of an issue") ? {} : { defaultBranch: DEFAULT_BRANCH }),
          },
          actor: { id: world.ids.account(STRANGER), login: STRANGER.login },
          issue: { number: 1, title: "Fix it", state: "open", labels: ["coding agent"] },
        },
      ],
    });
  });

  it("tells of a pull request, and of new commits on it", async () => {
    const { pull, sha: before } = await propose("change");
    const pullRequest = {
      number: pull.number,
      source: { branch: "change", repo: world.repository.fullName },
      target: { branch: DEFAULT_BRANCH },
      fork: false,
    };
    const heads = !world.untold.includes("heads");
    const at = (headSha: string) => ({ ...pullRequest, ...(heads ? { headSha } : {}) });
    expect((await read({ kind: "opened", ...about(), thread: pull })).reading).toMatchObject({
      events: [{ kind: "pull_request", action: "opened", pullRequest: at(before) }],
    });
    const after = await commit(world.bare, { branch: "change", message: "2", files: { "a.txt": "2\n" } });
    expect((await read({ kind: "updated", ...about(), thread: pull, before, after })).reading).toMatchObject({
      events: [
        {
          kind: "pull_request",
          action: "updated",
          ...(heads ? { before, after } : {}),
          pullRequest: at(after),
        },
      ],
    });
  });

  it("tells of a pull request from a fork", async () => {
    const { fork } = world;
    const bare = await makeBareRepository(world.root, fork.fullName, DEFAULT_BRANCH);
    const { pull } = await propose("change", fork, bare);
    expect((await read({ kind: "opened", ...about(), thread: pull })).reading).toMatchObject({
      events: [{ pullRequest: { fork: true, source: { repo: fork.fullName } } }],
    });
  });

  it("tells of comments on issues and on pull requests", async () => {
    const { pull } = await propose("change");
    for (const [thread, member] of [
      [issue(), "issue"],
      [pull, "pullRequest"],
    ] as const) {
      const comment = world.comment(thread, "/forgehand test");
      const { reading } = await read({ kind: "commented", ...about(), thread, comment });
      const text = { id: world.ids.comment(thread, comment), body: "/forgehand test" };
      expect(reading).toMatchObject({
        events: [{ kind: "comment", comment: text, [member]: { number: thread.number } }],
      });
    }
  });

  it("tells of a push", async () => {
    const { sha } = await propose("change");
    const pushed = {
      kind: "pushed",
      ...about(),
      branch: "change",
      before: "0".repeat(40),
      after: sha,
    } as const;
    expect((await read(pushed)).reading).toMatchObject({
      events: [{ kind: "push", action: "created", ref: "refs/heads/change", after: sha }],
    });
  });

  it("lets those who listen hear of everything that happens", async () => {
    const heard: string[] = [];
    const stop = world.listen((happening) => heard.push(happening.kind));
    const thread = issue();
    world.changeLabels(thread, { add: ["a"] });
    world.comment(thread, "Hello");
    await propose("change");
    stop();
    world.comment(thread, "Nobody hears that.");
    expect(heard).toEqual(["opened", "labels", "commented", "opened"]);
  });

  it("takes settings that the forge's adapter takes", () => {
    const settings = Object.entries(world.forge).map(([name, value]) => {
      const variable = /^\$\{(\w+)\}$/.exec(String(value))?.[1];
      return [name, variable === undefined ? value : world.environment[variable]];
    });
    expect(adapter.settings.safeParse(Object.fromEntries(settings)).error).toBeUndefined();
  });
});
