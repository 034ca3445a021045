import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { World } from "../demo/world.ts";
import type { Run } from "../src/core/run.ts";
import type { StatusState } from "../src/core/status.ts";
import type { Store } from "../src/core/store.ts";
import { living, startedWith } from "../test/support/processes.ts";
import type { Expected, Found, Shown } from "./check.ts";
import type { Burst } from "./burst.ts";
import type { Fleet } from "./fleet.ts";
import type { Ground } from "./ground.ts";
import { hasStatuses } from "./scene.ts";
import type { Sender } from "./sender.ts";
import { ENDING } from "./settle.ts";

/** As many as a store lists at once. */
const PAGE = 200;

const keyOf = (forge: string, id: string): string => `${forge} ${id}`;

/** What the answers promise. */
export function expectedOf(burst: Burst, sender: Sender): Expected {
  const answered = new Set<string>();
  const unsigned = new Set<string>();
  let unanswered = 0;
  for (let index = 0; index < burst.length; index++) {
    const { forge, proven } = burst.parcel(index);
    const key = keyOf(forge, burst.id(index));
    if (!proven) unsigned.add(key);
    if (sender.answerTo(index) === "accepted") answered.add(key);
    if (sender.answerTo(index) === undefined) unanswered++;
  }
  return { answered, unsigned, runs: burst.runs, wrongAnswers: sender.wrong, unanswered };
}

export interface Looking {
  readonly store: Store;
  readonly ground: Pick<Ground, "held">;
  readonly worlds: readonly World[];
  readonly fleet: Pick<Fleet, "members" | "started">;
  /** The folder of the round, and the file that executions leave lines in. */
  readonly folder: string;
  readonly executions: string;
}

/** Look at everything that is there, once all processes of Forgehand have ended. */
export async function lookAround({
  store,
  ground,
  worlds,
  fleet,
  folder,
  executions,
}: Looking): Promise<Found> {
  const jobs = (await Promise.all(ENDING.map((stage) => store.jobs({ stage, limit: PAGE })))).flat();
  return {
    kept: await deliveriesIn(store),
    runs: await runsIn(store),
    shown: shownIn(worlds),
    executions: await executionsIn(executions),
    heldByDead: await ground.held(),
    orphans: await orphansOf(folder, fleet),
    workspaces: await workspacesOf(fleet),
    jobsLeft: jobs.filter(({ dueAt, held }) => held || dueAt !== undefined).length,
    parked: jobs.filter(({ dueAt, held }) => !held && dueAt === undefined).length,
  };
}

async function deliveriesIn(store: Store): Promise<Map<string, number>> {
  const kept = new Map<string, number>();
  for (let before: string | undefined; ;) {
    const page = await store.deliveries({ limit: PAGE, ...(before !== undefined && { before }) });
    for (const { forge, id } of page) kept.set(keyOf(forge, id), (kept.get(keyOf(forge, id)) ?? 0) + 1);
    before = page.at(-1)?.key;
    if (page.length < PAGE) return kept;
  }
}

async function runsIn(store: Store): Promise<Run[]> {
  const runs: Run[] = [];
  for (;;) {
    const before = runs.at(-1)?.id;
    const page = await store.runs({ limit: PAGE, ...(before !== undefined && { before }) });
    runs.push(...page);
    if (page.length < PAGE) return runs.reverse();
  }
}

async function executionsIn(path: string): Promise<Map<number, number>> {
  const text = await readFile(path, "utf8").catch(() => "");
  const counts = new Map<number, number>();
  for (const line of text.split("\n").filter((one) => one !== "")) {
    counts.set(Number(line), (counts.get(Number(line)) ?? 0) + 1);
  }
  return counts;
}

/** Processes that killed ones left, by parentage and by what stands in their environment or command line. */
async function orphansOf(folder: string, { started }: Pick<Fleet, "started">): Promise<string[]> {
  const left = await living(started);
  const marked = (await startedWith(folder)).filter((pid) => pid !== process.pid);
  const words = left.map(({ words: said }) => said.join(" "));
  const more = marked.filter((pid) => !left.some((one) => one.pid === pid));
  const named = more.map(async (pid) => {
    const line = await readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "");
    return `${pid} ${line.replaceAll("\0", " ").trim()}`;
  });
  return [...words, ...(await Promise.all(named))];
}

/** Folders of workspaces in all data folders. */
export async function workspacesOf({ members }: Pick<Fleet, "members">): Promise<string[]> {
  const dataDirs = [...new Set(members.map(({ dataDir }) => dataDir))];
  return (await Promise.all(dataDirs.map(workspacesIn))).flat();
}

async function workspacesIn(dataDir: string): Promise<string[]> {
  const names = await readdir(join(dataDir, "runs")).catch(() => []);
  return names.map((name) => join(dataDir, "runs", name));
}

function shownIn(worlds: readonly World[]): Shown {
  const worldOf = (forge: string): World => {
    const world = worlds.find(({ kind }) => kind === forge);
    if (world === undefined) throw new TypeError(`there is no forge ${forge}`);
    return world;
  };
  const statuses = new Map<string, StatusState>();
  for (const world of worlds) {
    for (const { sha, context, state } of world.statuses()) {
      statuses.set(`${world.kind} ${sha} ${context}`, state);
    }
  }
  const opensPulls = (world: World): boolean =>
    world.repository.threads.some(({ pull }) => pull?.head.branch.startsWith("forgehand/") === true);
  return {
    status: (forge, sha, context) => statuses.get(`${forge} ${sha} ${context}`),
    shows: (forge, state) => worldOf(forge).shows(state),
    hasStatuses,
    thread(forge, { kind, number }) {
      const world = worldOf(forge);
      const found = world.repository.threads.find(
        (one) => one.number === number && (one.pull !== undefined) === (kind === "pull_request"),
      );
      if (found === undefined) return { comments: [], labels: [] };
      const comments = world.comments(found).map(({ bodies }) => bodies.at(-1) ?? "");
      return { comments, labels: found.labels };
    },
    pullRequestsFrom(forge, branch) {
      const world = worldOf(forge);
      if (!opensPulls(world)) return undefined;
      return world.repository.threads.filter(({ pull }) => pull?.head.branch === branch).length;
    },
  };
}
