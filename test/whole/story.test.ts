import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { headOf, readAt } from "../../demo/repository.ts";
import type { Thread } from "../../demo/stand-in/state.ts";
import { OWNER } from "../../demo/world.ts";
import type { World } from "../../demo/world.ts";
import type { Described } from "../support/described.ts";
import { problemsIn } from "../support/described.ts";
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

/** What is asked of a forge is held against its own description. */
const DESCRIBED = {
  github: { file: "github.json", base: "", leftOut: /\/issues\/\d+\/events$/ },
  gitea: {
    file: "gitea.json",
    base: "/api/v1",
    leftOut: /\/timeline$/,
  },
  gitlab: {
    file: "gitlab.json",
    base: "/gitlab",
    leftOut: /\/resource_label_events$/,
    lists: ["add_labels", "remove_labels"],
  },
} as const satisfies Record<string, Described>;

describe.each([
  { forge: "github", as: "app", address: "pull" },
  { forge: "github", as: "token", address: "pull" },
  { forge: "gitlab", as: "token", address: "merge_requests" },
  { forge: "gitea", as: "token", address: "pulls" },
] as const)("an issue is labelled, on $forge reached by $as", ({ forge, as, address }) => {
  const described = DESCRIBED[forge];
  const isAtHand = problemsIn(described, []) !== undefined;
  if (!isAtHand) process.stdout.write(`skipped, for want of ${described.file}: valid requests\n`);
  let whole: Whole<World>;
  let issue: Thread;
  let pull: Thread;

  beforeAll(async () => {
    whole = await startWhole({ automations: AUTOMATIONS, forge, as });
    issue = whole.issue("Greet everybody");
    await whole.label(issue, "coding agent");
    await whole.over(1);
    // Forgehand's own pull request comes back to it as a delivery, and is tested.
    await whole.over(2);
    pull = whole.world.repository.threads.find((thread) => thread.pull !== undefined)!;
  }, 90_000);

  afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

  const head = async () => (await headOf(whole.world.bare, pull.pull!.head.branch))!;

  it("pushes a branch with what the command changed", async () => {
    expect(pull.pull!.head.branch).toBe("forgehand/coding-agent/1-greet-everybody");
    expect(await readAt(whole.world.bare, await head(), "greeting.txt")).toBe("Hello, everybody!\n");
  });

  it("opens a pull request that closes the issue and says what the command said", () => {
    expect(pull.title).toContain("Greet everybody");
    expect(pull.body).toContain(whole.world.words.closes(issue));
    expect(pull.body).toContain("Everybody is greeted.");
    expect(pull.author).toEqual(whole.world.self);
  });

  it("shows a status on the pushed commit, pending and then success", async () => {
    const sha = await head();
    const statuses = whole.statuses(sha).filter(({ context }) => context === "forgehand/coding-agent");
    expect(statuses.map(({ state }) => state)).toEqual(["pending", "success"]);
  });

  it("moves the label from the request to done, by way of processing", () => {
    const moves = issue.events.map(({ event, label, actor }) => [event, label, actor.login]);
    const { login } = whole.world.self;
    expect(moves).toEqual([
      ["labeled", "coding agent", OWNER.login],
      ["labeled", "coding agent processing", login],
      ["unlabeled", "coding agent", login],
      ["labeled", "coding agent done", login],
      ["unlabeled", "coding agent processing", login],
    ]);
    expect(issue.labels).toEqual(["coding agent done"]);
  });

  it("writes one comment on the issue and keeps it up to date", () => {
    const [comment, ...others] = whole.comments(issue);
    expect(others).toEqual([]);
    expect(comment?.bodies[0]).toContain("is under way");
    expect(comment?.bodies.at(-1)).toContain("succeeded");
    expect(comment?.bodies.at(-1)).toContain(`/${address}/${pull.number}`);
  });

  it("runs the pull request automation on its own pull request, as asked by who set the label", async () => {
    const run = (await whole.store.run(2))!;
    expect(run).toMatchObject({
      automation: "test",
      state: "succeeded",
      actor: { login: OWNER.login },
      depth: 1,
    });
    const statuses = whole.statuses(await head()).filter(({ context }) => context === "forgehand/test");
    expect(statuses.map(({ state }) => state)).toEqual(["pending", "success"]);
  });

  it("starts nothing by its own push, comment and labels", async () => {
    const { world, store } = whole;
    const about = { repository: world.repository, actor: world.self };
    const { branch } = pull.pull!.head;
    const pushed = { kind: "pushed", branch, before: "0".repeat(40), after: await head() } as const;
    const pushTold = await world.told({ ...about, ...pushed });
    await whole.tell(pushTold);
    const [comment] = whole.comments(issue);
    const copy = { ...comment!, bodies: [`${comment!.bodies.at(-1) ?? ""}\n/forgehand test\n`] };
    const commentTold = await world.told({ kind: "commented", ...about, thread: pull, comment: copy });
    await whole.tell(commentTold);
    await whole.quiet();
    const issueTold = await world.told({ kind: "edited", ...about, thread: issue });
    const deliveries = await store.deliveries({ limit: 200 });
    expect(deliveries.map(({ event }) => event)).toEqual(
      expect.arrayContaining([pushTold.event, commentTold.event, issueTold.event]),
    );
    expect(await whole.runs()).toHaveLength(2);
  });

  it("keeps no token and no secret of the forge in its log, its store or its mirrors", async () => {
    const secrets = whole.world.secrets();
    const found = await readdir(whole.dataDir, { recursive: true, withFileTypes: true });
    const files = found.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    const texts = await Promise.all(files.map((file) => readFile(file, "latin1")));
    const everything = [...whole.servers[0]!.log, ...texts].join("\n");
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
  });

  const itCan = isAtHand ? it : it.skip;
  itCan("asks the forge for nothing that its own description does not know", () => {
    expect(problemsIn(described, whole.world.requests)).toEqual([]);
  });

  it("is refused nothing by the forge but what is not there", () => {
    const refused = whole.world.requests.filter(({ answered = 0 }) => answered >= 400);
    expect(refused.filter(({ answered }) => answered !== 404)).toEqual([]);
  });
});
