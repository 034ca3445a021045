import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { GogsWorld } from "../../demo/gogs/world.ts";
import { commit, headOf, readAt } from "../../demo/repository.ts";
import type { Thread } from "../../demo/stand-in/state.ts";
import { OWNER, STRANGER } from "../../demo/world.ts";
import type { Whole } from "../support/whole.ts";
import { startWhole } from "../support/whole.ts";

const AUTOMATIONS = {
  "coding-agent": {
    on: { label: "coding agent", command: "solve" },
    run: `echo "Hello, everybody!" > greeting.txt`,
  },
  test: {
    on: { pull_request: ["opened", "updated"], command: "test" },
    run: "grep -q everybody greeting.txt",
  },
};

const RIGHT = { "greeting.txt": "Hello, everybody!\n" };
const WRONG = { "greeting.txt": "hm\n" };

describe("a server that has no statuses, no pull requests and nobody who set a label", () => {
  let whole: Whole<GogsWorld>;

  beforeAll(async () => {
    whole = await startWhole({ automations: AUTOMATIONS, forge: "gogs" });
  }, 30_000);

  afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

  /** Somebody writes an issue, and Gogs tells of it. */
  async function issue(title: string): Promise<Thread> {
    const thread = whole.issue(title);
    const { repository } = whole.world;
    await whole.tell(await whole.world.told({ kind: "opened", repository, actor: OWNER, thread }));
    await whole.quiet();
    return thread;
  }

  /** What our one comment said, from its first text to its last. */
  const said = (thread: Thread) => {
    const [comment, ...others] = whole.comments(thread);
    expect(others).toEqual([]);
    return comment?.bodies ?? [];
  };

  const count = async () => (await whole.runs()).length;

  /** The run that something causes, once it is over. */
  async function runOf(cause: () => Promise<unknown>) {
    const before = await count();
    await cause();
    return whole.over(before + 1);
  }

  it("gets a branch for an issue that is labelled, and is told where to open a pull request", async () => {
    const { world } = whole;
    const thread = await issue("Greet everybody");
    const run = await runOf(() => whole.label(thread, "coding agent"));
    expect(run).toMatchObject({ state: "succeeded", actor: { login: OWNER.login }, label: "coding agent" });
    const branch = `forgehand/coding-agent/${thread.number}-greet-everybody`;
    expect(await headOf(world.bare, branch)).toBe(run.pushedSha);
    expect(await readAt(world.bare, branch, "greeting.txt")).toBe(RIGHT["greeting.txt"]);
    const texts = said(thread);
    expect(texts[0]).toContain("is under way");
    expect(texts.at(-1)).toContain("succeeded");
    expect(texts.at(-1)).toContain(`${world.url}/${world.repository.fullName}/compare/main...${branch}`);
    expect(thread.labels).toEqual(["coding agent done"]);
  }, 60_000);

  it("gets another run when the label is set again, and none by what Forgehand does itself", async () => {
    const [thread] = whole.world.repository.threads;
    const before = await count();
    await whole.quiet();
    expect(await count()).toBe(before);
    const run = await runOf(() => whole.label(thread!, "coding agent"));
    expect(run).toMatchObject({ state: "succeeded", automation: "coding-agent" });
    expect(said(thread!).at(-1)).toContain(`Run ${run.id}`);
    expect(await count()).toBe(before + 1);
  }, 60_000);

  it("starts nothing by a label that may have been there before", async () => {
    const before = await count();
    const thread = whole.issue("Older than the webhook");
    await whole.label(thread, "coding agent");
    await whole.quiet();
    expect(await count()).toBe(before);
    const [delivery] = await whole.store.deliveries({ limit: 1 });
    expect(delivery?.decisions).toContainEqual(
      expect.objectContaining({ reason: expect.stringContaining("ask by a comment") as unknown }),
    );
  }, 60_000);

  it("gets a branch for a comment on an issue", async () => {
    const thread = await issue("Greet by a comment");
    const run = await runOf(() => whole.comment(thread, "/forgehand solve"));
    expect(run).toMatchObject({ state: "succeeded", automation: "coding-agent" });
    expect(said(thread).at(-1)).toContain(`compare/main...${run.branch ?? ""}`);
  }, 60_000);

  it("refuses whoever may only read, in the comment", async () => {
    const thread = await issue("Greet for a stranger");
    const before = await count();
    await whole.comment(thread, "/forgehand solve", STRANGER);
    await whole.quiet();
    expect(await count()).toBe(before);
    expect(said(thread).at(-1)).toContain(`${STRANGER.login} has read permission`);
  }, 60_000);

  it.each([
    ["passes", "greet", RIGHT, "succeeded", "succeeded"],
    ["fails", "mumble", WRONG, "failed", "failed"],
  ])(
    "is told by the comment that the command of a pull request %s",
    async (_case, branch, files, state, word) => {
      const before = await count();
      const { thread, sha } = await whole.pull(branch, files);
      const run = await whole.over(before + 1);
      expect(run).toMatchObject({ automation: "test", state, sha });
      const texts = said(thread);
      expect(texts[0]).toContain("is under way");
      expect(texts.at(-1)).toContain(word);
      expect(whole.statuses(sha)).toEqual([]);
    },
    60_000,
  );

  it("has new commits of a pull request tested, whose head Gogs does not tell", async () => {
    const { world } = whole;
    const thread = world.repository.threads.find(({ pull }) => pull?.head.branch === "mumble")!;
    const before = (await headOf(world.bare, "mumble"))!;
    const after = await commit(world.bare, { branch: "mumble", message: "Speak up", files: RIGHT });
    const { repository } = world;
    const told = { kind: "updated", repository, actor: OWNER, thread, before, after } as const;
    const run = await runOf(async () => whole.tell(await world.told(told)));
    expect(run).toMatchObject({ state: "succeeded", sha: after });
    expect(said(thread).at(-1)).toContain("succeeded");
  }, 60_000);

  it("has a pull request tested by a comment, which names neither its branch nor its head", async () => {
    const { world } = whole;
    const thread = world.repository.threads.find(({ pull }) => pull?.head.branch === "greet")!;
    const run = await runOf(() => whole.comment(thread, "/forgehand test"));
    const sha = await headOf(world.bare, "greet");
    expect(run).toMatchObject({ automation: "test", state: "succeeded", sha });
  }, 60_000);

  it("refuses nothing but what is not there", () => {
    const refused = whole.world.requests.filter(({ answered = 0 }) => answered >= 400);
    expect(refused.filter(({ answered }) => answered !== 404)).toEqual([]);
  });

  it("finds none of its secrets in the server's log", () => {
    const log = whole.servers.flatMap((server) => server.log).join("\n");
    expect(whole.world.secrets().filter((secret) => log.includes(secret))).toEqual([]);
  });
});
