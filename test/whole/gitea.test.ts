import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { headOf } from "../../demo/repository.ts";
import type { Thread } from "../../demo/stand-in/state.ts";
import type { GiteaWorld } from "../../demo/gitea/world.ts";
import { OWNER, STRANGER } from "../../demo/world.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

const AUTOMATIONS = {
  "coding-agent": { on: { label: "coding agent" }, run: `echo "Hello, everybody!" > greeting.txt` },
  test: { on: { pull_request: ["opened", "updated"] }, run: "grep -q Hello greeting.txt" },
};

describe.each(["gitea", "forgejo"] as const)("a server of %s", (product) => {
  let whole: Whole<GiteaWorld>;

  beforeAll(async () => {
    whole = await startWhole({ automations: AUTOMATIONS, forge: "gitea" });
    whole.world.gitea.state.product = product;
  }, 60_000);

  afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

  const shown = (sha: string, automation: string) =>
    whole
      .statuses(sha)
      .filter(({ context }) => context === `forgehand/${automation}`)
      .map(({ state }) => state);

  const runsOn = async ({ number }: Thread) =>
    (await whole.runs()).filter(
      ({ thread, automation }) => thread?.number === number && automation !== "test",
    );

  const quiet = () => whole.quiet();

  it("gets a pull request for an issue whose labels were changed, by the right of who set the label", async () => {
    const issue = whole.issue("Greet everybody");
    const received = await whole.label(issue, "coding agent");
    expect(received).toMatchObject({ status: 200, body: { status: "recorded" } });
    await quiet();
    const [run, ...others] = await runsOn(issue);
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      state: "succeeded",
      label: "coding agent",
      actor: { id: String(OWNER.id), login: OWNER.login },
      event: { action: "label_updated" },
    });
    const pull = whole.world.repository.threads.find((thread) => thread.pull !== undefined)!;
    expect(pull.body).toContain(`Closes #${issue.number}`);
    const sha = (await headOf(whole.world.bare, pull.pull!.head.branch))!;
    expect(shown(sha, "coding-agent")).toEqual(["pending", "success"]);
    expect(shown(sha, "test")).toEqual(["pending", "success"]);
    expect(issue.labels).toEqual(["coding agent done"]);
    expect(whole.comments(issue)).toHaveLength(1);
  }, 90_000);

  it("gets another run when the label is set again, and none when another one is", async () => {
    const issue = whole.issue("Twice");
    await whole.label(issue, "coding agent");
    await quiet();
    await whole.label(issue, "bug");
    await quiet();
    expect(await runsOn(issue)).toHaveLength(1);
    await whole.label(issue, "coding agent");
    await quiet();
    expect(await runsOn(issue)).toHaveLength(2);
    expect(issue.labels.toSorted()).toEqual(["bug", "coding agent done"]);
  }, 90_000);

  it("starts nothing for somebody who may only read, though the owner sends the next delivery", async () => {
    const issue = whole.issue("Please");
    await whole.label(issue, "coding agent", { actor: STRANGER });
    await whole.label(issue, "bug");
    await quiet();
    expect(await runsOn(issue)).toEqual([]);
    expect(whole.comments(issue).map(({ bodies }) => bodies.at(-1))).toEqual([
      expect.stringContaining(`${STRANGER.login} has read permission`),
    ]);
  }, 60_000);

  it.each([
    ["passes", "Hello, you!\n", "success"],
    ["fails", "Hm.\n", "failure"],
  ])(
    "shows a pull request whose command %s",
    async (branch, greeting, ends) => {
      const { thread, sha } = await whole.pull(branch, { "greeting.txt": greeting });
      await quiet();
      expect(shown(sha, "test")).toEqual(["pending", ends]);
      expect(whole.comments(thread)).toHaveLength(1);
    },
    60_000,
  );

  it("is refused nothing that it has, and tells of its work under its own headers", async () => {
    const refused = whole.world.requests.filter(({ answered = 0 }) => answered >= 400);
    expect(new Set(refused.map(({ path }) => path.replace(/^\/api\/v1\/orgs\/[^/]+/, "")))).toEqual(
      new Set(["/labels"]),
    );
    const deliveries = await whole.store.deliveries({ limit: 200 });
    const own = deliveries.filter(({ headers }) => "x-forgejo-event" in headers);
    expect(own).toHaveLength(product === "forgejo" ? deliveries.length : 0);
    for (const { headers } of deliveries) {
      expect(Object.keys(headers).filter((name) => name.includes("signature"))).toEqual([]);
    }
  });
});
