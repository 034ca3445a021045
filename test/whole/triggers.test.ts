import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { commit, headOf } from "../../demo/repository.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import type { Whole } from "../support/whole.ts";
import { startWhole } from "../support/whole.ts";

const AUTOMATIONS = {
  docs: { on: { pull_request: ["opened"], push: true, paths: ["docs/**"] }, run: "true" },
  code: {
    on: { pull_request: ["opened"], push: true, paths: { include: ["**"], exclude: ["docs/**", "**/*.md"] } },
    run: "true",
  },
  helper: { on: { mention: true }, run: 'grep -q "two things" "$FORGEHAND_PROMPT_PATH" && echo made > made' },
  features: { on: { pull_request: ["opened"], if: 'title.fits("feature*") && !draft' }, run: "true" },
};

describe.each(["github", "gitlab", "gitea"] as const)("a monorepo on %s", (forge) => {
  let whole: Whole;

  beforeAll(async () => {
    whole = (await startWhole({ automations: AUTOMATIONS, forge })) as Whole;
  }, 60_000);

  afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

  /** What was started since the run of this number. */
  const startedAfter = async (count: number) =>
    (await whole.runs())
      .slice(count)
      .map(({ automation, state }) => `${automation} ${state}`)
      .sort();

  const during = async (work: () => Promise<unknown>): Promise<string[]> => {
    const { length } = await whole.runs();
    await work();
    await whole.quiet();
    return startedAfter(length);
  };

  it("starts for a pull request what is meant for the paths that it changes", async () => {
    expect(await during(() => whole.pull("words", { "docs/guide/start.md": "x\n" }))).toEqual([
      "docs succeeded",
    ]);
    expect(await during(() => whole.pull("work", { "packages/a/src/index.ts": "x\n" }))).toEqual([
      "code succeeded",
    ]);
    const both = { "docs/more.md": "x\n", "packages/a/more.ts": "x\n" };
    expect(await during(() => whole.pull("both", both))).toEqual(["code succeeded", "docs succeeded"]);
    expect(await during(() => whole.pull("neither", { "NEWS.md": "x\n" }))).toEqual([]);
  }, 120_000);

  it("starts for a push what is meant for the paths since the commit before, and says why not", async () => {
    const { world } = whole;
    const push = async (files: Record<string, string>) => {
      const before = (await headOf(world.bare, DEFAULT_BRANCH)) ?? "";
      const after = await commit(world.bare, { branch: DEFAULT_BRANCH, message: "Go on", files });
      const { repository } = world;
      const branch = DEFAULT_BRANCH;
      await whole.tell(await world.told({ kind: "pushed", repository, actor: OWNER, branch, before, after }));
    };
    expect(await during(() => push({ "docs/pushed.md": "x\n" }))).toEqual(["docs succeeded"]);
    expect(await during(() => push({ "packages/b/pushed.ts": "x\n" }))).toEqual(["code succeeded"]);
    const [kept] = await whole.store.deliveries({ limit: 1 });
    expect(kept?.decisions?.find(({ automation }) => automation === "docs")).toMatchObject({
      outcome: "dropped",
      reason: "It changes nothing under the paths that it acts on.",
    });
  }, 120_000);

  it("helps where its account is mentioned, with the comment in the prompt", async () => {
    const issue = whole.issue("Do something");
    expect(await during(() => whole.comment(issue, "@somebody-else does these two things"))).toEqual([]);
    const told = `Please, @${whole.world.self.login.replace("[bot]", "")}, do these two things.`;
    expect(await during(() => whole.comment(issue, `\`${told}\``))).toEqual([]);
    expect(await during(() => whole.comment(issue, told, STRANGER))).toEqual([]);
    expect(whole.comments(issue).at(-1)?.bodies.at(-1)).toContain("Nothing was started for this mention");
    expect(await during(() => whole.comment(issue, told))).toContain("helper succeeded");
  }, 120_000);

  it("asks the condition about what it is told", async () => {
    const files = { "NEWS.md": "y\n" };
    expect(await during(() => whole.pull("feature-one", files))).toEqual(["features succeeded"]);
    expect(await during(() => whole.pull("feature-two", files, true))).toEqual([]);
    expect(await during(() => whole.pull("fix-three", files))).toEqual([]);
  }, 120_000);
});
