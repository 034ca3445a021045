import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "@jest/globals";

import { branchesBelow } from "../../demo/repository.ts";
import type { Thread } from "../../demo/stand-in/state.ts";
import type { ShownStatus } from "../../demo/world.ts";
import type { Run, RunState } from "../../src/core/run.ts";
import { startedWith } from "./processes.ts";
import type { Survival } from "./survival.ts";
import { until } from "./until.ts";
import { FOR_EVER } from "./whole.ts";

/** How a happening has to end. */
export interface Expected {
  readonly state: Extract<RunState, "succeeded" | "errored">;
  readonly reason?: RegExp;
  /** How often its command was executed. */
  readonly executions: number;
  /** What of it there is on the forge; a run on a pull request publishes nothing. */
  readonly published: "nothing" | "branch" | "pull request";
}

const SAID = { succeeded: "succeeded", errored: "could not be finished" } as const;
const STATUS = { succeeded: "success", errored: "error" } as const;
const LABEL = { succeeded: "done", errored: "failed" } as const;

/** One happening made one run, which ended as it should, is told once wherever it is told, and is told as it ended. */
export async function expectWell(
  survival: Survival,
  { automation, thread }: { automation: string; thread: Thread },
  { state, reason = /^/, executions, published }: Expected,
): Promise<void> {
  const { whole } = survival;
  const runs = (await whole.runs()).filter((run) => run.automation === automation);
  expect(runs.map((run) => ({ ...run, event: undefined }))).toMatchObject([
    { thread: { number: thread.number }, state, reason: expect.stringMatching(reason), attempts: executions },
  ]);
  expect(await survival.executions(automation)).toBe(executions);
  const [run] = runs as [Run];

  const { branches, pulls } = await publishedBy(survival, automation);
  expect([branches.length, pulls.length]).toEqual(
    { nothing: [0, 0], branch: [1, 0], "pull request": [1, 1] }[published],
  );
  if (state === "succeeded") expect(run.pullRequest?.number).toBe(pulls[0]?.number);

  const told = whole.comments(thread);
  expect(told.map(({ bodies }) => bodies.at(-1))).toEqual([
    expect.stringContaining(`**${automation}**: Run ${run.id} ${SAID[state]}`),
  ]);
  const statuses = whole.world.statuses().filter(({ context }) => context === run.context);
  const sha = run.publishes ? run.pushedSha : run.sha;
  expect([...lastOf(statuses)]).toEqual(sha === undefined ? [] : [[`${sha} ${run.context}`, STATUS[state]]]);
  if (run.label !== undefined && run.thread !== undefined) {
    expect(thread.labels).toEqual([`${run.label} ${LABEL[state]}`]);
    const { forge, repo } = run;
    const request = { automation, forge, repo: repo.id, thread: run.thread };
    expect(await whole.store.request(request)).toMatchObject({ state: "closed", generation: 1 });
  }
}

/** What an automation has on the forge: branches by their names, and the pull requests from them. */
export async function publishedBy(
  { whole }: Survival,
  automation: string,
): Promise<{ branches: string[]; pulls: Thread[] }> {
  const branches = await branchesBelow(whole.world.bare, `forgehand/${automation}/`);
  const pulls = whole.world.repository.threads.filter(
    ({ pull }) => pull !== undefined && branches.includes(pull.head.branch),
  );
  return { branches, pulls };
}

/** Nothing is owed any more, no status is pending, and nothing was left lying: no process, no workspace. */
export async function expectTidy(survival: Survival): Promise<void> {
  const { whole } = survival;
  await whole.quiet();
  const jobs = await whole.store.jobs({ limit: 200 });
  expect(jobs.filter(({ stage }) => !FOR_EVER.includes(stage))).toEqual([]);
  expect([...lastOf(whole.world.statuses()).values()]).not.toContain("pending");
  // A worker removes a workspace once the end of its run is written.
  await until(async () => (await readdir(join(whole.dataDir, "runs"))).length === 0);
  expect(await startedWith(`FORGEHAND_WORKSPACE=${whole.dataDir}/`)).toEqual([]);
  expect(await survival.orphans()).toEqual([]);
}

/** The state that each commit shows for each context. */
function lastOf(statuses: readonly ShownStatus[]): Map<string, string> {
  return new Map(statuses.map(({ sha, context, state }) => [`${sha} ${context}`, state]));
}
