import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { BitbucketCloudWorld } from "../../demo/bitbucket-cloud/world.ts";
import { commit, headOf, readAt } from "../../demo/repository.ts";
import type { Thread } from "../../demo/stand-in/state.ts";
import { OWNER, STRANGER } from "../../demo/world.ts";
import { HIDDEN_MARKER } from "../../src/forges/bitbucket-cloud/marker.ts";
import type { Whole } from "../support/whole.ts";
import { startWhole } from "../support/whole.ts";

const TEST = "forgehand/test";
/** Longer than a key of Bitbucket. */
const CONTEXT = "forgehand/coding-agent, who does what an issue asks for";

const AUTOMATIONS = {
  "coding-agent": {
    on: { command: "solve" },
    run: `echo "Hello, everybody!" > greeting.txt; echo "Everybody is greeted." > "$FORGEHAND_SUMMARY_PATH"`,
    status: { context: CONTEXT },
  },
  test: {
    on: { pull_request: ["opened", "updated"], command: "test" },
    run: "grep -q everybody greeting.txt",
  },
  watch: { on: { push: true }, run: "true" },
};

const start = () => startWhole({ forge: "bitbucket-cloud", automations: AUTOMATIONS });

const statesOf = (whole: Whole<BitbucketCloudWorld>, sha: string, context: string) =>
  whole
    .statuses(sha)
    .filter((status) => status.context === context)
    .map(({ state }) => state);

describe("an issue of Bitbucket Cloud is answered, as a comment asks for it", () => {
  let whole: Whole<BitbucketCloudWorld>;
  let issue: Thread;
  let pull: Thread;

  beforeAll(async () => {
    whole = await start();
    issue = whole.issue("Greet everybody");
    await whole.comment(issue, "Please.\n\n/forgehand solve");
    await whole.over(1);
    // Forgehand's own pull request comes back to it as a delivery, and is tested.
    await whole.over(2);
    pull = whole.world.repository.threads.find((thread) => thread.pull !== undefined)!;
  }, 90_000);

  afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

  const head = async () => (await headOf(whole.world.bare, pull.pull!.head.branch))!;

  it("by a branch with what the command changed", async () => {
    expect(pull.pull!.head.branch).toBe("forgehand/coding-agent/1-greet-everybody");
    expect(await readAt(whole.world.bare, await head(), "greeting.txt")).toBe("Hello, everybody!\n");
  });

  it("by a pull request that closes it and shows no mark of ours", () => {
    expect(pull).toMatchObject({ title: "Greet everybody", author: whole.world.self });
    expect(pull.body).toContain("Everybody is greeted.");
    expect(pull.body).toContain("Closes #1");
    expect(pull.body).toContain(HIDDEN_MARKER);
    expect(pull.body).not.toContain("<!--");
  });

  it("by a status on the pushed commit, pending and then success, under a key that is short enough", async () => {
    expect(statesOf(whole, await head(), CONTEXT)).toEqual(["pending", "success"]);
    const keys = whole.world.requests
      .filter(({ path }) => path.endsWith("/statuses/build"))
      .map(({ body }) => (body as { key: string }).key);
    expect(Math.max(...keys.map(({ length }) => length))).toBe(40);
  });

  it("by one comment that is kept up to date and shows no mark of ours", () => {
    const [comment, ...others] = whole.comments(issue);
    expect(others).toEqual([]);
    expect(comment?.bodies[0]).toMatch(/^\[\/\/\]: # \(forgehand:comment\)\n.* is under way/);
    expect(comment?.bodies.at(-1)).toContain("succeeded");
    expect(comment?.bodies.at(-1)).toContain(`/pull-requests/${pull.number}`);
    expect(comment?.bodies.join()).not.toContain("<!--");
  });

  it("and its pull request is tested, as asked by who wrote the comment, on the whole id of its head", async () => {
    expect(await whole.store.run(2)).toMatchObject({
      automation: "test",
      state: "succeeded",
      actor: { login: OWNER.login },
      depth: 1,
      sha: await head(),
    });
    expect(statesOf(whole, await head(), TEST)).toEqual(["pending", "success"]);
  });

  it("and our own push and comments start nothing, whatever they say", async () => {
    const { world } = whole;
    const about = { repository: world.repository, actor: world.self };
    const { branch } = pull.pull!.head;
    const pushed = { kind: "pushed", branch, before: "0".repeat(40), after: await head() } as const;
    await whole.tell(await world.told({ ...about, ...pushed }));
    const [comment] = whole.comments(issue);
    const copy = { ...comment!, bodies: [`${comment!.bodies.at(-1) ?? ""}\n/forgehand test\n`] };
    await whole.tell(await world.told({ kind: "commented", ...about, thread: pull, comment: copy }));
    await whole.quiet();
    expect(await whole.runs()).toHaveLength(2);
  });

  it("and no token and no secret is in log, store or mirrors", async () => {
    const found = await readdir(whole.dataDir, { recursive: true, withFileTypes: true });
    const files = found.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    const texts = await Promise.all(files.map((file) => readFile(file, "latin1")));
    const everything = [...whole.servers[0]!.log, ...texts].join("\n");
    expect(whole.world.secrets().filter((secret) => everything.includes(secret))).toEqual([]);
  });

  it("and the forge refuses nothing", () => {
    expect(whole.world.requests.filter(({ answered = 0 }) => answered >= 400)).toEqual([]);
  });
});

describe("pull requests of Bitbucket Cloud are tested", () => {
  let whole: Whole<BitbucketCloudWorld>;
  const greets = { "greeting.txt": "Hello, everybody!\n" };

  /** How the runs of a commit ended, once nothing is left to do. */
  const ends = async (sha: string) => {
    await whole.quiet();
    return (await whole.runs()).filter((run) => run.sha === sha).map(({ state }) => state);
  };

  beforeAll(async () => {
    whole = await start();
  }, 60_000);

  afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

  it("one that passes and one that fails, by a status and a comment each", async () => {
    const { thread, sha } = await whole.pull("greet", greets);
    const other = await whole.pull("mumble", { "greeting.txt": "hm\n" });
    expect(await ends(sha)).toEqual(["succeeded"]);
    expect(await ends(other.sha)).toEqual(["failed"]);
    expect(statesOf(whole, sha, TEST)).toEqual(["pending", "success"]);
    expect(statesOf(whole, other.sha, TEST)).toEqual(["pending", "failure"]);
    expect(whole.comments(thread).map(({ bodies }) => bodies.at(-1))).toEqual([
      expect.stringContaining("succeeded"),
    ]);
    expect(whole.comments(other.thread).map(({ bodies }) => bodies.at(-1))).toEqual([
      expect.stringContaining("failed"),
    ]);
  }, 60_000);

  it("again for new commits, and not for a new title, though Bitbucket tells both alike", async () => {
    const { world } = whole;
    const [thread] = world.repository.threads;
    const before = (await headOf(world.bare, "greet"))!;
    const about = { repository: world.repository, actor: OWNER, thread: thread! };
    await whole.tell(await world.told({ kind: "edited", ...about }));
    expect(await ends(before)).toEqual(["succeeded"]);
    const files = { "greeting.txt": "Silence.\n" };
    const after = await commit(world.bare, { branch: "greet", message: "Hush", files });
    await whole.tell(await world.told({ kind: "updated", ...about, before, after }));
    expect(await ends(after)).toEqual(["failed"]);
    expect(statesOf(whole, after, TEST)).toEqual(["pending", "failure"]);
  }, 60_000);

  it("and once more where a comment asks for it, by somebody who may write", async () => {
    const [thread] = whole.world.repository.threads;
    const head = (await headOf(whole.world.bare, "greet"))!;
    await whole.comment(thread!, "/forgehand test");
    expect(await ends(head)).toEqual(["failed", "failed"]);
    await whole.comment(thread!, "/forgehand test", STRANGER);
    expect(await ends(head)).toHaveLength(2);
    const [comment, ...others] = whole.comments(thread!);
    expect(others).toEqual([]);
    expect(comment?.bodies.at(-1)).toContain(`${STRANGER.login} has read permission`);
  }, 60_000);
});
