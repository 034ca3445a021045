import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { stringify } from "yaml";

import { labelTold, sign, threadTold } from "./deliveries.ts";
import { addLabel, openIssue, openPull } from "./github/doings.ts";
import type { Thread } from "./github/state.ts";
import { commit } from "./repository.ts";
import type { Received } from "./send.ts";
import { send } from "./send.ts";
import { AGENT, FILE, LABEL, RIGHT, TEST, WRONG } from "./sights.ts";
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

/** Write the config of the demo; the answer is the path of its file. */
export async function writeConfig(folder: string, { forge }: World): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "forgehand.yml");
  const config = {
    server: { host: "127.0.0.1", port: 0 },
    dataDir: join(folder, "data"),
    forges: { github: forge },
    automations: {
      [AGENT]: { on: { label: LABEL }, run: AGENT_COMMAND },
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
export async function setScene({ github, repository, bare }: World): Promise<Thread> {
  const files = { [FILE]: `# Hello-World\n\n${WRONG}\n`, [GREETING]: GREETS };
  await commit(bare, { branch: DEFAULT_BRANCH, message: "First commit", files });
  return openIssue(github.state, {
    repository,
    actor: OWNER,
    number: 1,
    title: "Spelling error in the README file",
    body: "It looks like you accidently spelled 'commit' with two 't's.",
  });
}

/** A person sets the label on the issue, and GitHub tells of it. */
export async function labelIssue(world: World, issue: Thread, url: string): Promise<Received> {
  const { github, repository, webhookSecret } = world;
  addLabel(github.state, { repository, actor: OWNER, thread: issue, label: LABEL });
  const scene = { state: github.state, repository, actor: OWNER };
  const told = await labelTold(scene, "labeled", { thread: issue, label: LABEL });
  return send(url, sign(told, webhookSecret));
}

/** A person opens a pull request, and GitHub tells of it. */
export async function openPullRequest(
  world: World,
  url: string,
  { branch, title, greeting }: { branch: string; title: string; greeting: string },
): Promise<{ pull: Thread; sha: string; received: Received }> {
  const { github, repository, bare, webhookSecret } = world;
  const files = { [GREETING]: greeting };
  const sha = await commit(bare, { branch, from: DEFAULT_BRANCH, message: title, files });
  const pull = await openPull(github.state, {
    repository,
    actor: OWNER,
    title,
    body: "",
    pull: { head: { repository, branch }, base: DEFAULT_BRANCH, draft: false },
  });
  const scene = { state: github.state, repository, actor: OWNER };
  const received = await send(url, sign(await threadTold(scene, "opened", pull), webhookSecret));
  return { pull, sha, received };
}

/** The changes that two people propose: one that the test likes and one that it does not. */
export const PROPOSALS = [
  { branch: "greet-twice", title: "Greet twice", greeting: `${GREETS}${GREETS}`, ends: "success" },
  { branch: "mumble", title: "Mumble", greeting: "hm\n", ends: "failure" },
] as const;

export const STORY_IN_SHORT = `An issue asks to fix "${WRONG}" so that it says "${RIGHT}"`;
