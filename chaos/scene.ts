import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { commit } from "../demo/repository.ts";
import type { World } from "../demo/world.ts";
import { DEFAULT_BRANCH } from "../demo/world.ts";
import { WORLDS } from "../demo/worlds.ts";
import { adapters } from "../src/forges/index.ts";

/** A label that makes an issue a pull request, and the word of a comment that does so too. */
export const LABEL = "chaos";

/** More requests than a burst of any size makes: what a forge has had enough of waits for an hour. */
const HOURLY_LIMIT = 10_000_000;

/** What the automations are called, and what they do. */
export const AUTOMATIONS = {
  /** On a push, without a clone; ends as "worker lost" where its command had begun. */
  quick: "quick",
  /** The same, but is executed once more. */
  again: "again",
  /** On a push, in a clone. */
  clone: "clone",
  /** On an issue, by a label or a comment: a branch of ours and, where the forge takes one, a pull request. */
  proposal: "proposal",
  /** On a pull request, where a forge knows no issues. */
  look: "look",
} as const;

export type AutomationName = keyof typeof AUTOMATIONS;

/** A stand-in for every kind of forge, open until it is closed. */
export async function openWorlds(folder: string): Promise<World[]> {
  const worlds: World[] = [];
  for (const open of Object.values(WORLDS)) {
    const world = await open({ root: join(folder, `git-${worlds.length}`), hourlyLimit: HOURLY_LIMIT });
    const files = { "README.md": "# Hello-World\n" };
    await commit(world.bare, { branch: DEFAULT_BRANCH, message: "First commit", files });
    worlds.push(world);
  }
  return worlds;
}

/** By what people ask for a run there: by a label where the forge tells who set it, else by a comment. */
export function askedBy({ kind, issues }: World): "label" | "comment" | "pull request" {
  if (!issues) return "pull request";
  return lacks(kind).includes("labeller of an issue") ? "comment" : "label";
}

/** Whether a forge shows statuses. */
export function hasStatuses(kind: string): boolean {
  return !lacks(kind).includes("statuses");
}

function lacks(kind: string): readonly string[] {
  return adapters.find((one) => one.kind === kind)?.lacks ?? [];
}

/** What a config says beside the forges and automations of the scene. */
interface ConfigOptions {
  readonly database?: string | undefined;
  readonly queue?: string | undefined;
  /** A file in which every execution leaves a line: the number of its run. */
  readonly executions: string;
}

/** Write the config that all processes have; the answer is the path of its file. */
export async function writeConfig(
  folder: string,
  worlds: readonly World[],
  { executions, ...rest }: ConfigOptions,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "forgehand.yml");
  const config = {
    server: { host: "127.0.0.1", port: 0, graceTimeout: "10s" },
    worker: { match: 4, run: 3, report: 4 },
    ...rest,
    hooks: { check: false },
    // A workspace that a dead worker left is found by looking, an hour later if nothing is said.
    retention: { every: "2s" },
    forges: Object.fromEntries(worlds.map((world) => [world.kind, forgeOf(world)])),
    automations: automationsOf(worlds, executions),
  };
  // JSON is YAML.
  await writeFile(path, JSON.stringify(config, undefined, 2));
  return path;
}

/** A forge as the config has it. The stand-ins may be asked as often as the machine can; nobody looks by himself. */
function forgeOf(world: World): object {
  const named = JSON.stringify(world.forge).replaceAll("${", `\${${prefixOf(world)}`);
  return { ...(JSON.parse(named) as object), polling: false, limits: { inFlight: 100 } };
}

/** The credentials of all forges, each by a name of its own: two kinds of Bitbucket call theirs the same. */
export function environmentOf(worlds: readonly World[]): Record<string, string> {
  return Object.fromEntries(
    worlds.flatMap((world) =>
      Object.entries(world.environment).map(([name, value]) => [`${prefixOf(world)}${name}`, value]),
    ),
  );
}

const prefixOf = ({ kind }: World): string => `${kind.toUpperCase().replaceAll("-", "_")}__`;

function automationsOf(worlds: readonly World[], executions: string): Record<AutomationName, object> {
  const note = `echo "$FORGEHAND_RUN_ID" >> '${executions}'`;
  const [some, others] = [true, false].map((issues) =>
    worlds.filter((world) => world.issues === issues).map(({ kind }) => kind),
  );
  const pushed = (branches: string) => ({ on: { push: true, branches: [branches] }, sandbox: "none" });
  return {
    quick: { ...pushed("quick/*"), workspace: "none", restart: false, run: `${note}; sleep 0.3` },
    again: { ...pushed("again/*"), workspace: "none", restart: true, run: `${note}; sleep 0.3` },
    clone: { ...pushed("clone/*"), restart: false, run: `${note}; test -s README.md` },
    proposal: {
      on: { label: LABEL, command: LABEL },
      forges: some,
      sandbox: "none",
      restart: true,
      run: `${note}; echo "$FORGEHAND_ISSUE_NUMBER" > "done-$FORGEHAND_ISSUE_NUMBER.txt"; sleep 0.2`,
    },
    look: {
      on: { pull_request: ["opened"] },
      forges: others,
      sandbox: "none",
      restart: true,
      run: `${note}; test -s README.md`,
    },
  };
}
