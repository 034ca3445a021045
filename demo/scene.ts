import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { stringify } from "yaml";

import { commit } from "./repository.ts";
import { AGENT, COMMAND, FILE, LABEL, RIGHT, TEST, WRONG } from "./sights.ts";
import type { Received } from "./stand-in/delivery.ts";
import { send } from "./stand-in/delivery.ts";
import type { Happening, Thread } from "./stand-in/state.ts";
import type { World } from "./world.ts";
import { DEFAULT_BRANCH, OWNER } from "./world.ts";

const GREETING = "greeting.txt";
const GREETS = "Hello, World!\n";

/** What the coding agent of the demo is: a command that does what the issue asks for. */
const AGENT_COMMAND = `sed 's/committ/commit/' ${FILE} > "$TMPDIR/fixed"
cat "$TMPDIR/fixed" > ${FILE}
echo 'Spelled "commit" with one t.' > "$FORGEHAND_SUMMARY_PATH"
`;

const TEST_COMMAND = `grep -qx 'Hello, World!' ${GREETING} || { echo "${GREETING} does not greet the world." >&2; exit 1; }
echo "${GREETING} greets the world."
`;

/** Write the config of the demo, with the forge of every world; the answer is the path of its file. */
export async function writeConfig(folder: string, worlds: readonly World[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "forgehand.yml");
  const config = {
    server: { host: "127.0.0.1", port: 0 },
    dataDir: join(folder, "data"),
    forges: Object.fromEntries(worlds.map(({ kind, forge }) => [kind, forge])),
    automations: {
      [AGENT]: { on: { label: LABEL, command: COMMAND }, run: AGENT_COMMAND },
      [TEST]: {
        on: { pull_request: ["opened", "updated", "reopened"], branches: [DEFAULT_BRANCH] },
        run: TEST_COMMAND,
      },
    },
  };
  await writeFile(path, stringify(config));
  return path;
}

/** What is in the repository before anything happens, and the issue that somebody wrote. */
export async function setScene(world: World): Promise<Thread> {
  const files = { [FILE]: `# Hello-World\n\n${WRONG}\n`, [GREETING]: GREETS };
  await commit(world.bare, { branch: DEFAULT_BRANCH, message: "First commit", files });
  return world.openIssue({
    title: "Spelling error in the README file",
    body: "It looks like you accidently spelled 'commit' with two 't's.",
  });
}

/** A person sets the label on the issue, or asks by a comment where there are no labels, and the forge tells of it. */
export async function askFor(world: World, issue: Thread, url: string): Promise<Received> {
  const told = await world.told(world.lacks.labels ? commented(world, issue) : labelled(world, issue));
  return send(url, world.sign(told));
}

function labelled(world: World, thread: Thread): Happening {
  world.changeLabels(thread, { add: [LABEL] });
  const { repository } = world;
  return { kind: "labels", repository, actor: OWNER, thread, added: [LABEL], removed: [] };
}

function commented(world: World, thread: Thread): Happening {
  const comment = world.comment(thread, `/forgehand ${COMMAND}`);
  return { kind: "commented", repository: world.repository, actor: OWNER, thread, comment };
}

/** A person opens a pull request, and the forge tells of it. */
export async function openPullRequest(
  world: World,
  url: string,
  { branch, title, greeting }: { branch: string; title: string; greeting: string },
): Promise<{ pull: Thread; sha: string; received: Received }> {
  const { bare, repository } = world;
  const files = { [GREETING]: greeting };
  const sha = await commit(bare, { branch, from: DEFAULT_BRANCH, message: title, files });
  const pull = await world.openPullRequest({ title, branch });
  const told = await world.told({ kind: "opened", repository, actor: OWNER, thread: pull });
  return { pull, sha, received: await send(url, world.sign(told)) };
}

/** The changes that two people propose: one that the test likes and one that it does not. */
export const PROPOSALS = [
  { branch: "greet-twice", title: "Greet twice", greeting: `${GREETS}${GREETS}`, ends: "success" },
  { branch: "mumble", title: "Mumble", greeting: "hm\n", ends: "failure" },
] as const;

export const STORY_IN_SHORT = `An issue asks to fix "${WRONG}" so that it says "${RIGHT}"`;
