import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { AzureWorld } from "../../demo/azure-devops/world.ts";
import { headOf, readAt } from "../../demo/repository.ts";
import type { Thread } from "../../demo/stand-in/state.ts";
import { OWNER, STRANGER } from "../../demo/world.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

const AUTOMATIONS = {
  "coding-agent": {
    on: { label: "coding agent" },
    run: `echo "Hello, everybody!" > greeting.txt; echo "Everybody is greeted." > "$FORGEHAND_SUMMARY_PATH"`,
  },
  test: {
    on: { pull_request: ["opened", "updated"], command: "test" },
    run: "grep -q everybody greeting.txt",
  },
  watch: { on: { push: true }, run: "true" },
};

let whole: Whole<AzureWorld>;

beforeAll(async () => {
  whole = await startWhole({ automations: AUTOMATIONS, forge: "azure-devops" });
}, 60_000);

afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

const statesOn = (sha: string, context: string) =>
  whole
    .statuses(sha)
    .filter((status) => status.context === context)
    .map(({ state }) => state);

const pullStatesOf = (pull: Thread, context: string) =>
  whole.world.azure.state.pullStatuses
    .filter((status) => status.thread === pull && status.context === context)
    .map(({ iterationId, state }) => [iterationId, state]);

describe("a work item is tagged, on Azure DevOps", () => {
  let item: Thread;
  let pull: Thread;
  let head: string;

  beforeAll(async () => {
    item = whole.issue("Greet everybody");
    await whole.label(item, "coding agent");
    await whole.over(1);
    // Forgehand's own pull request comes back to it as a delivery, and is tested.
    await whole.over(2);
    pull = whole.world.repository.threads.find((thread) => thread.pull !== undefined)!;
    head = (await headOf(whole.world.bare, pull.pull!.head.branch))!;
  }, 90_000);

  it("pushes a branch with what the command changed", async () => {
    expect(pull.pull!.head.branch).toBe("forgehand/coding-agent/1-greet-everybody");
    expect(await readAt(whole.world.bare, head, "greeting.txt")).toBe("Hello, everybody!\n");
  });

  it("opens a pull request that is linked to the work item and says what the command said", () => {
    expect(pull.title).toContain("Greet everybody");
    expect(pull.body).toContain(whole.world.words.closes(item));
    expect(pull.body).toContain("Everybody is greeted.");
    expect(pull.author).toEqual(whole.world.self);
    expect(whole.world.azure.state.workItems.get(pull.id)).toEqual([item.number]);
  });

  it("shows its status on the pushed commit, and its end on the pull request", () => {
    expect(statesOn(head, "forgehand/coding-agent")).toEqual(["pending", "success"]);
    expect(pullStatesOf(pull, "forgehand/coding-agent").at(-1)).toEqual([1, "succeeded"]);
  });

  it("moves the tag from the request to done, by way of processing", () => {
    const { login } = whole.world.self;
    expect(item.events.map(({ event, label, actor }) => [event, label, actor.login])).toEqual([
      ["labeled", "coding agent", OWNER.login],
      ["labeled", "coding agent processing", login],
      ["unlabeled", "coding agent", login],
      ["labeled", "coding agent done", login],
      ["unlabeled", "coding agent processing", login],
    ]);
    expect(item.labels).toEqual(["coding agent done"]);
  });

  it("writes one comment on the work item, as HTML, and keeps it up to date", () => {
    const [comment, ...others] = whole.comments(item);
    expect(others).toEqual([]);
    expect(comment?.bodies[0]).toContain("is under way");
    expect(comment?.bodies.at(-1)).toContain("<b>coding-agent</b>: Run 1 succeeded.</div>");
    expect(comment?.bodies.at(-1)).toContain(`/pullrequest/${pull.number}`);
  });

  it("tests its own pull request, as asked by who set the tag", async () => {
    expect(await whole.store.run(2)).toMatchObject({
      automation: "test",
      state: "succeeded",
      actor: { login: OWNER.login },
      depth: 1,
    });
    expect(statesOn(head, "forgehand/test")).toEqual(["pending", "success"]);
    expect(pullStatesOf(pull, "forgehand/test")).toEqual([
      [1, "pending"],
      [1, "succeeded"],
    ]);
  });

  it("starts nothing by its own push, comments and tags", async () => {
    const { world } = whole;
    const about = { repository: world.repository, actor: world.self };
    const { branch } = pull.pull!.head;
    await whole.tell(
      await world.told({ ...about, kind: "pushed", branch, before: "0".repeat(40), after: head }),
    );
    const [onItem] = whole.comments(item);
    const [onPull] = whole.comments(pull);
    for (const [thread, comment] of [
      [item, onItem!],
      [pull, onPull!],
    ] as const) {
      const copy = { ...comment, bodies: [`${comment.bodies.at(-1) ?? ""}\n/forgehand test\n`] };
      await whole.tell(await world.told({ kind: "commented", ...about, thread, comment: copy }));
    }
    await whole.quiet();
    expect(await whole.runs()).toHaveLength(2);
  });

  it("is answered 200 whatever it sends, as long as it is proven", async () => {
    const { headers } = whole.world.sign({ event: "git.push", payload: {} });
    const address = `${whole.servers[0]!.url}/webhooks`;
    for (const [url, body] of [
      [`${address}/azure-devops`, "not json"],
      [`${address}/azure-devops`, ""],
      [address, '{"eventType":"git.push","publisherId":"tfs"}'],
      [address, '{"eventType":"of.a.later.version","publisherId":"tfs","resource":{}}'],
    ] as const) {
      const answer = await fetch(url, { method: "POST", headers, body });
      expect([answer.status, body]).toEqual([200, body]);
    }
  });
});

describe("pull requests of people, on Azure DevOps", () => {
  let runs = 0;

  beforeAll(async () => {
    runs = (await whole.runs()).length;
  });

  it("show that their command passes, and then that it fails, each in its own iteration", async () => {
    const good = await whole.pull("good", { "greeting.txt": "Hello, everybody here!\n" });
    expect((await whole.over(runs + 1)).state).toBe("succeeded");
    expect(statesOn(good.sha, "forgehand/test")).toEqual(["pending", "success"]);
    expect(pullStatesOf(good.thread, "forgehand/test").at(-1)).toEqual([1, "succeeded"]);

    const bad = await whole.pull("bad", { "greeting.txt": "Hello, nobody!\n" });
    expect((await whole.over(runs + 2)).state).toBe("failed");
    expect(statesOn(bad.sha, "forgehand/test")).toEqual(["pending", "failure"]);
    expect(pullStatesOf(bad.thread, "forgehand/test").at(-1)).toEqual([1, "failed"]);
    expect(whole.comments(bad.thread)[0]?.bodies.at(-1)).toContain("failed");
  }, 60_000);

  it("run once for each head, however often an update is told", async () => {
    const { world } = whole;
    const thread = world.repository.threads.find(({ title }) => title === "bad")!;
    const about = { repository: world.repository, actor: OWNER, thread };
    const update = await world.told({
      kind: "updated",
      ...about,
      before: "0".repeat(40),
      after: "0".repeat(40),
    });
    await whole.tell(update);
    await whole.tell(update);
    await whole.quiet();
    expect(await whole.runs()).toHaveLength(runs + 2);
  }, 60_000);

  it("are tested again by a comment of somebody who may ask, and refused to somebody who may not", async () => {
    const thread = whole.world.repository.threads.find(({ title }) => title === "good")!;
    await whole.comment(thread, "Please.\n/forgehand test");
    await whole.quiet();
    const [asked] = (await whole.runs()).slice(-1);
    expect(asked).toMatchObject({
      event: { kind: "comment" },
      state: "succeeded",
      actor: { login: OWNER.login },
    });
    await whole.comment(thread, "/forgehand test", STRANGER);
    await whole.quiet();
    expect(await whole.runs()).toHaveLength(runs + 3);
    expect(whole.comments(thread)[0]?.bodies.at(-1)).toContain(`${STRANGER.login} has read permission`);
  }, 60_000);
});

describe("what Azure DevOps sees of Forgehand", () => {
  it("is nothing that it refuses, but a change of tags where somebody was faster", () => {
    const refused = whole.world.requests.filter(({ answered = 0 }) => answered >= 400 && answered !== 412);
    expect(refused).toEqual([]);
  });

  it("is its token alone: neither log nor store nor mirrors keep that or the password", async () => {
    const secrets = whole.world.secrets();
    const found = await readdir(whole.dataDir, { recursive: true, withFileTypes: true });
    const files = found.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    const texts = await Promise.all(files.map((file) => readFile(file, "latin1")));
    const everything = [...whole.servers[0]!.log, ...texts].join("\n");
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
  });
});
