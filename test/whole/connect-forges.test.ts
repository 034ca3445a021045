import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { commit } from "../../demo/repository.ts";
import type { Thread } from "../../demo/stand-in/state.ts";
import { DEFAULT_BRANCH, OWNER } from "../../demo/world.ts";
import type { World } from "../../demo/world.ts";
import type { Worlds } from "../../demo/worlds.ts";
import { adapters } from "../../src/forges/index.ts";
import { until } from "../support/until.ts";
import type { Whole } from "../support/whole.ts";
import { startWhole } from "../support/whole.ts";

/** GitHub has a story of its own, in `connect.test.ts`. */
const KINDS: readonly (keyof Worlds)[] = [
  "gitlab",
  "gitea",
  "gogs",
  "bitbucket-cloud",
  "bitbucket-data-center",
  "azure-devops",
];

const AUTOMATIONS = {
  fix: { on: { label: "fix it" }, run: "date +%N > now.txt" },
  test: { on: { pull_request: ["opened"] }, run: "true" },
};

describe.each(KINDS)("forgehand connect on %s", (kind) => {
  const lacks = adapters.find((adapter) => adapter.kind === kind)?.lacks ?? [];
  const itHas = (has: boolean) => (has ? it : it.skip);
  let whole: Whole<World>;

  beforeAll(async () => {
    whole = await startWhole({
      forge: kind,
      echo: false,
      reached: true,
      hooks: { check: "1s" },
      automations: AUTOMATIONS,
    });
    whole.world.repository.roles.set(whole.world.self.login, "admin");
  }, 60_000);
  afterAll(async () => {
    await whole[Symbol.asyncDispose]();
  }, 60_000);

  const cli = async (...args: string[]) =>
    JSON.parse(await whole.cli(...args, kind, whole.world.hooks.place("repository").name, "--json")) as {
      url: string;
    };
  const hooks = () => whole.world.hooks.all();
  let count = 0;

  /** Something happens that starts one run, and the forge tells of it by the webhooks that were made. */
  async function happen(): Promise<Thread> {
    const { world } = whole;
    const { repository, bare } = world;
    const tell = async (happening: Parameters<World["told"]>[0]) => {
      const told = await world.told(happening);
      for (const hook of hooks()) await world.hooks.deliver(hook, told);
    };
    if (world.issues && !lacks.includes("labels")) {
      const thread = world.openIssue({ title: "Fix it", body: "Please." });
      await tell({ kind: "opened", repository, actor: OWNER, thread });
      world.changeLabels(thread, { add: ["fix it"] });
      await tell({ kind: "labels", repository, actor: OWNER, thread, added: ["fix it"], removed: [] });
      return thread;
    }
    const branch = `change-${(count += 1)}`;
    const files = { "greeting.txt": `${branch}\n` };
    await commit(bare, { branch, from: DEFAULT_BRANCH, message: branch, files });
    const thread = await world.openPullRequest({ title: branch, branch });
    await tell({ kind: "opened", repository, actor: OWNER, thread });
    return thread;
  }

  /** The runs on an issue or pull request, once there is one and all is done. */
  async function runsOf({ number, pull }: Thread): Promise<string[]> {
    const kindOf = pull === undefined ? "issue" : "pull_request";
    const runs = async () =>
      (await whole.runs()).filter(({ thread }) => thread?.number === number && thread.kind === kindOf);
    await until(async () => (await runs()).length > 0, 30_000);
    await whole.quiet();
    return (await runs()).map(({ state }) => state);
  }

  it("makes a webhook, sees what can be seen of its test, and changes nothing the second time", async () => {
    const first = await cli("connect");
    expect(first).toMatchObject({
      action: "create",
      test: { kind: lacks.includes("webhook tests") ? "unsupported" : "arrived" },
      ok: true,
    });
    expect(hooks().length).toBeGreaterThan(0);
    expect(hooks().every(({ url, active }) => active && url.startsWith(first.url))).toBe(true);
    const made = hooks().map(({ id }) => id);
    expect(await cli("connect")).toMatchObject({ action: "nothing", ok: true });
    expect(hooks().map(({ id }) => id)).toEqual(made);
  }, 60_000);

  it("makes one by which something that happens starts one run", async () => {
    expect(await runsOf(await happen())).toEqual(["succeeded"]);
  }, 60_000);

  it("has it mended where somebody spoiled it, and let go on where the forge holds it back", async () => {
    const all = hooks().length;
    hooks()[0]!.active = false;
    await until(() => hooks().length === all && hooks().every(({ active }) => active));
    if (whole.world.hooks.hold === undefined) return;
    whole.world.hooks.hold(hooks()[0]!);
    await until(
      () => hooks().length === all && hooks().every(({ held, active }) => active && held === undefined),
    );
  }, 60_000);

  itHas(!lacks.includes("lost deliveries"))(
    "has what was lost while the server was down brought, once",
    async () => {
      await whole.servers.shift()!.stop();
      const thread = await happen();
      await whole.start();
      expect(await runsOf(thread)).toEqual(["succeeded"]);
      const [kept] = await whole.store.hooks();
      const brought = async () =>
        (await whole.store.recoveries(kept!, new Date(0))).map(({ outcome, tries }) => `${outcome} ${tries}`);
      expect((await brought()).every((one) => /^(resent|read) 1$/.test(one))).toBe(true);
      expect(await brought()).not.toEqual([]);
    },
    90_000,
  );

  it("and disconnect removes it again", async () => {
    expect(await cli("disconnect")).toMatchObject({ known: true });
    expect(hooks()).toEqual([]);
  }, 60_000);
});
