import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { commit } from "../../../demo/repository.ts";
import type { Told } from "../../../demo/stand-in/delivery.ts";
import { send } from "../../../demo/stand-in/delivery.ts";
import type { Thread } from "../../../demo/stand-in/state.ts";
import { DEFAULT_BRANCH, OWNER } from "../../../demo/world.ts";
import type { Worlds } from "../../../demo/worlds.ts";
import type { Run } from "../../../src/core/run.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import { startWhole } from "../../support/whole.ts";

/** Its users' forges send to these addresses, and know these labels. */
const FORGES = [
  { forge: "github", path: "/webhook/github" },
  { forge: "gitlab", path: "/webhook/gitlab" },
] as const;
const LABEL = "coding agent";

describe("somebody who comes from the Python coding agent", () => {
  it.each(FORGES)(
    "keeps address, labels and answers on $forge",
    async ({ forge, path }) => {
      await using whole = await startWhole<keyof Worlds>({
        forge,
        automations: { "coding-agent": { on: { label: LABEL }, run: "date +%N > now.txt" } },
      });
      const { world, servers } = whole;
      const [server] = servers;
      const post = (told: Told, id: string = randomUUID()) =>
        send(`${server!.url}${path}`, world.sign(told, id));
      const labelled = async (thread: ReturnType<typeof whole.issue>, label: string) => {
        world.changeLabels(thread, { add: [label] }, OWNER);
        const { repository } = thread;
        const change = { added: [label], removed: [] };
        return world.told({ kind: "labels", repository, actor: OWNER, thread, ...change });
      };

      const health = await fetch(`${server!.url}/health`);
      expect([health.status, await health.json()]).toEqual([200, { status: "healthy" }]);

      // Queued: it answered 200 {"status":"success","task":…}.
      const issue = whole.issue();
      expect(await post(await labelled(issue, LABEL))).toEqual({ status: 200, body: { status: "recorded" } });
      expect(await whole.over(1)).toMatchObject({ state: "succeeded" });
      expect(issue.labels).toEqual([`${LABEL} done`]);
      expect(whole.comments(issue)).toHaveLength(1);

      // Another label: it answered 200 {"status":"ignored","reason":"label mismatch"}.
      const other = whole.issue("Another");
      const answer = await post(await labelled(other, "bug"));
      expect(answer).toEqual({
        status: 200,
        body: { status: "ignored", reason: "no automation wants this" },
      });

      // A wrong signature or token: 401.
      const told = await labelled(whole.issue("Third"), LABEL);
      const { headers, body } = world.sign(told);
      const forged = Object.fromEntries(
        Object.entries(headers).filter(([name]) => !/signature|gitlab-token/.test(name)),
      );
      expect((await send(`${server!.url}${path}`, { headers: forged, body })).status).toBe(401);

      // A label that the issue is opened with counts: there it never fired.
      const born = whole.issue("Born with it");
      world.changeLabels(born, { add: [LABEL] }, OWNER);
      const { repository } = born;
      const opened = await world.told({ kind: "opened", repository, actor: OWNER, thread: born });
      expect((await post(opened)).status).toBe(200);
      // The first told nothing of a third issue, since nobody could prove it: so this is run 2.
      expect(await whole.over(2)).toMatchObject({ state: "succeeded", thread: { number: born.number } });

      // Every edit while the label was there fired again: here it is one request until it is answered.
      const edited = await world.told({ kind: "edited", repository, actor: OWNER, thread: issue });
      await post(edited);
      await post(edited);
      await whole.quiet();
      expect(await whole.runs()).toHaveLength(2);

      const story = server!.log.map((line) => JSON.parse(line) as { msg: string; level: number });
      const atInfo = story.filter(({ level }) => level === 30).map(({ msg }) => msg);
      for (const line of ["delivery received", "label matched", "run queued", "ignoring"]) {
        expect(atInfo).toContain(line);
      }
      expect(story.filter(({ level }) => level === 40).map(({ msg }) => msg)).toContain("sender not proven");
    },
    90_000,
  );

  it("pauses, resumes and stops what is under way by the labels of its family", async () => {
    await using folder = await temporaryFolder();
    const go = join(folder.path, "go");
    await using whole = await startWhole({
      automations: {
        "coding-agent": { on: { label: LABEL }, run: `until [ -e ${go} ]; do sleep 0.02; done` },
      },
    });
    const { world, servers } = whole;
    const change = async (thread: Thread, added: readonly string[], removed: readonly string[] = []) => {
      world.changeLabels(thread, { add: added, remove: removed }, OWNER);
      const { repository } = thread;
      const told = await world.told({ kind: "labels", repository, actor: OWNER, thread, added, removed });
      const { status } = await send(`${servers[0]!.url}/webhook/github`, world.sign(told, randomUUID()));
      expect(status).toBe(200);
    };
    /** The run of this number, once it is in that state and its issue shows it by this one label. */
    const shows = (id: number, state: Run["state"], thread: Thread, label: string) =>
      until(async () => {
        const run = await whole.store.run(id);
        const isAtWork = state !== "running" || run?.commandStartedAt !== undefined;
        return run?.state === state && isAtWork && thread.labels.join() === label;
      }, 30_000);

    const issue = whole.issue("Wait");
    await change(issue, [LABEL]);
    await shows(1, "running", issue, `${LABEL} processing`);
    await change(issue, [`${LABEL} paused`]);
    await shows(1, "paused", issue, `${LABEL} paused`);
    await change(issue, [], [`${LABEL} paused`]);
    await shows(1, "running", issue, `${LABEL} processing`);
    await writeFile(go, "");
    expect(await whole.over(1)).toMatchObject({ state: "succeeded" });
    expect(issue.labels).toEqual([`${LABEL} done`]);
    await rm(go);

    const other = whole.issue("Stop");
    await change(other, [LABEL]);
    await shows(2, "running", other, `${LABEL} processing`);
    await change(other, [`${LABEL} stopped`]);
    expect(await whole.over(2)).toMatchObject({
      state: "cancelled",
      reason: `${OWNER.login} set the label "${LABEL} stopped".`,
    });
    expect(other.labels).toEqual([`${LABEL} stopped`]);
    expect(await whole.runs()).toHaveLength(2);
  }, 90_000);

  it("has pull requests labelled too", async () => {
    await using whole = await startWhole({
      automations: { "coding-agent": { on: { label: LABEL }, run: "true" } },
    });
    const { world } = whole;
    await commit(world.bare, { branch: "change", from: DEFAULT_BRANCH, message: "c", files: { a: "1" } });
    const thread = await world.openPullRequest({ title: "A change", branch: "change" });
    await whole.label(thread, LABEL);
    expect(await whole.over(1)).toMatchObject({ state: "succeeded" });
    expect(thread.labels).toEqual([`${LABEL} done`]);
  }, 60_000);
});
