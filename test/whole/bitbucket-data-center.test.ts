import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { BitbucketDataCenterWorld } from "../../demo/bitbucket-data-center/world.ts";
import { commit, makeBareRepository } from "../../demo/repository.ts";
import { send } from "../../demo/stand-in/delivery.ts";
import type { Thread } from "../../demo/stand-in/state.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

const AUTOMATIONS = {
  greet: {
    on: { pull_request: ["opened", "updated"], branches: [DEFAULT_BRANCH] },
    run: `grep -q everybody greeting.txt || { echo "Nobody is greeted." >&2; exit 1; }`,
  },
  test: { on: { command: "test" }, run: "git log --oneline", forks: "run" },
  watch: { on: { push: true, branches: ["release/*"] }, run: "true" },
};

const FORKS_BUILD = /^POST .*\/projects\/~octocat\/repos\/hello-world\/commits\/[0-9a-f]{40}\/builds$/;

let whole: Whole<BitbucketDataCenterWorld>;

beforeAll(async () => {
  whole = await startWhole({ automations: AUTOMATIONS, forge: "bitbucket-data-center" });
}, 60_000);

afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

const runsOn = async ({ number }: Thread, automation: string) =>
  (await whole.runs()).filter((run) => run.thread?.number === number && run.automation === automation);

const shown = (sha: string, context: string) =>
  whole.statuses(sha).flatMap((status) => (status.context === context ? [status.state] : []));

/** Every text of our comments on a pull request; there is one comment at most. */
function texts(thread: Thread): readonly string[] {
  const [comment, ...others] = whole.comments(thread);
  expect(others).toEqual([]);
  return comment?.bodies ?? [];
}

describe("a pull request that is opened", () => {
  it("whose command passes has a build in progress, then a successful one, and one comment", async () => {
    const { thread, sha } = await whole.pull("greet", { "greeting.txt": "Hello, everybody!\n" });
    await whole.quiet();
    expect(await runsOn(thread, "greet")).toMatchObject([{ state: "succeeded", sha }]);
    expect(shown(sha, "forgehand/greet")).toEqual(["pending", "success"]);
    const said = texts(thread);
    expect(said.at(-1)).toContain("succeeded");
    // Bitbucket would show an HTML comment.
    expect(said.filter((text) => text.includes("<!--"))).toEqual([]);
    expect(said[0]).toMatch(/^\[\/\/\]: # \(forgehand:comment\)\n\n/);
  }, 60_000);

  it("whose command fails has a failed one", async () => {
    const { thread, sha } = await whole.pull("mumble", { "greeting.txt": "hm\n" });
    await whole.quiet();
    expect(await runsOn(thread, "greet")).toMatchObject([{ state: "failed" }]);
    expect(shown(sha, "forgehand/greet")).toEqual(["pending", "failure"]);
    expect(texts(thread).at(-1)).toContain("failed");
  }, 60_000);

  it("and gets new commits is run again on its new head, in the same comment", async () => {
    const { thread, sha } = await whole.pull("again", { "greeting.txt": "hm\n" });
    await whole.quiet();
    const { world } = whole;
    const files = { "greeting.txt": "Hello, everybody!\n" };
    const after = await commit(world.bare, { branch: "again", message: "again", files });
    const about = { repository: world.repository, actor: OWNER, thread } as const;
    await whole.tell(await world.told({ kind: "updated", ...about, before: sha, after }));
    await whole.quiet();
    expect(shown(after, "forgehand/greet")).toEqual(["pending", "success"]);
    expect(texts(thread).at(-1)).toContain("succeeded");
  }, 60_000);
});

describe("a command in a comment", () => {
  it("starts a run on the head of its pull request, once", async () => {
    const { thread, sha } = await whole.pull("command", { "greeting.txt": "Hello, everybody!\n" });
    await whole.comment(thread, "Please look.\r\n/forgehand test");
    await whole.quiet();
    expect(await runsOn(thread, "test")).toMatchObject([
      { state: "succeeded", sha, actor: { login: OWNER.login } },
    ]);
    expect(shown(sha, "forgehand/test")).toEqual(["pending", "success"]);
    const said = texts(thread).at(-1);
    expect(said).toContain("**greet**");
    expect(said).toContain("**test**");
  }, 60_000);

  it("by somebody without write permission is refused in the comment", async () => {
    const { thread } = await whole.pull("refused", { "greeting.txt": "Hello, everybody!\n" });
    await whole.comment(thread, "/forgehand test", STRANGER);
    await whole.quiet();
    expect(await runsOn(thread, "test")).toEqual([]);
    expect(texts(thread).at(-1)).toContain("octocat has read permission");
  }, 60_000);

  it("in a comment of Forgehand's own starts nothing", async () => {
    const { thread } = await whole.pull("own", { "greeting.txt": "Hello, everybody!\n" });
    await whole.quiet();
    const { world } = whole;
    const [comment] = whole.comments(thread);
    const copy = { ...comment!, bodies: [`${comment!.bodies.at(-1) ?? ""}\n/forgehand test\n`] };
    const about = { repository: world.repository, actor: world.self, thread };
    await whole.tell(await world.told({ kind: "commented", ...about, comment: copy }));
    await whole.quiet();
    expect(await runsOn(thread, "test")).toEqual([]);
  }, 60_000);

  it("on a pull request from a fork runs its head, and its build goes where we may not write: the comment tells", async () => {
    const { world } = whole;
    const { fork, root } = world;
    const bare = await makeBareRepository(root, fork.fullName, DEFAULT_BRANCH);
    const head = { branch: "lamp", message: "lamp", files: { "greeting.txt": "Lamp\n" } };
    const sha = await commit(bare, head);
    const thread = await world.openPullRequest({ title: "Lamp", branch: "lamp", from: fork }, STRANGER);
    await whole.comment(thread, "/forgehand test");
    await whole.quiet();
    expect(await runsOn(thread, "test")).toMatchObject([{ state: "succeeded", sha }]);
    expect([...world.repository.statuses, ...fork.statuses].filter((status) => status.sha === sha)).toEqual(
      [],
    );
    expect(texts(thread).at(-1)).toContain("succeeded");
  }, 60_000);
});

describe("a push", () => {
  it("to a branch that an automation serves is run, and one to another branch is not", async () => {
    const { world } = whole;
    const before = "0".repeat(40);
    const shas = [];
    for (const branch of ["release/1", "other"]) {
      const files = { "greeting.txt": `${branch}\n` };
      const after = await commit(world.bare, { branch, from: DEFAULT_BRANCH, message: branch, files });
      const about = { repository: world.repository, actor: OWNER } as const;
      await whole.tell(await world.told({ kind: "pushed", ...about, branch, before, after }));
      shas.push(after);
    }
    await whole.quiet();
    expect(shas.map((sha) => shown(sha, "forgehand/watch"))).toEqual([["pending", "success"], []]);
  }, 60_000);
});

describe("a test of the connection", () => {
  it("is answered 200 without a signature, and nothing is kept", async () => {
    const { world, servers, store } = whole;
    const before = await store.deliveries({ limit: 200 });
    const address = `${servers[0]!.url}/webhooks/${world.kind}`;
    for (const url of [address, `${servers[0]!.url}/webhooks`, `${address}/-/GREET/100%?branch=x`]) {
      expect(await send(url, world.ping())).toEqual({ status: 200, body: undefined });
    }
    expect(await store.deliveries({ limit: 200 })).toEqual(before);
  });

  it("opens no way for anything else that is unsigned", async () => {
    const { world, servers } = whole;
    const thread = world.repository.threads[0]!;
    const told = await world.told({ kind: "opened", repository: world.repository, actor: OWNER, thread });
    const { headers, body } = world.sign(told);
    const unsigned = Object.fromEntries(
      Object.entries(headers).filter(([name]) => name !== "x-hub-signature"),
    );
    const url = `${servers[0]!.url}/webhooks/${world.kind}`;
    expect(await send(url, { headers: unsigned, body })).toMatchObject({ status: 401 });
  });
});

describe("all of it", () => {
  it("was refused nothing but the build of a fork", () => {
    const refused = whole.world.requests.filter(({ answered = 0 }) => answered >= 400);
    expect(refused.length).toBeGreaterThan(0);
    for (const { method, path } of refused) expect(`${method} ${path}`).toMatch(FORKS_BUILD);
  });

  it("left no token and no secret in the log, the store or the mirrors", async () => {
    const found = await readdir(whole.dataDir, { recursive: true, withFileTypes: true });
    const files = found.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    const contents = await Promise.all(files.map((file) => readFile(file, "latin1")));
    const everything = [...whole.servers[0]!.log, ...contents].join("\n");
    expect(whole.world.secrets().filter((secret) => everything.includes(secret))).toEqual([]);
  });
});
