import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";

import type { Server } from "./forgehand.ts";
import { startForgehand } from "./forgehand.ts";
import { json, line, missing, table } from "./print.ts";
import { labelIssue, openPullRequest, PROPOSALS, setScene, STORY_IN_SHORT, writeConfig } from "./scene.ts";
import { issueSights, lastingSights, pullSights } from "./sights.ts";
import type { Fact, Sight } from "./story.ts";
import { watch } from "./story.ts";
import type { World } from "./world.ts";
import { openWorld } from "./world.ts";

/** Milliseconds until everything has to be seen. */
const DEADLINE = 60_000;
/** Milliseconds without a request after which nothing more is expected. */
const QUIET = 300;

const { values: flags } = parseArgs({ options: { json: { type: "boolean" }, keep: { type: "boolean" } } });
const began = performance.now();
const seconds = () => Math.round((performance.now() - began) / 10) / 100;
const say = (text: string) => {
  if (!flags.json) console.log(text);
};

// What is left of a story that was interrupted ends here.
process.exit(await demo());

/** The whole path of Forgehand on this computer alone. The answer is the exit code. */
async function demo(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "forgehand-demo-"));
  const ended = askedToEnd();
  let world: World | undefined;
  let server: Server | undefined;
  try {
    world = await openWorld({ root: join(folder, "git"), as: "app" });
    const issue = await setScene(world);
    say(
      line(
        seconds(),
        "here",
        `a stand-in for GitHub answers on ${world.github.url}, its git on ${world.git.url}`,
      ),
    );
    const config = await writeConfig(join(folder, "forgehand"), world);
    server = await startForgehand({ config, cwd: folder, environment: world.environment });
    say(line(seconds(), "here", `Forgehand listens on ${server.url}`));
    say(
      line(seconds(), `issue #${issue.number}`, `${STORY_IN_SHORT}; somebody sets the label "coding agent"`),
    );

    const story = play(world, server, issue);
    const facts = await Promise.race([story, ended]);
    if (facts === undefined) return 130;
    const lost = facts.filter(({ seen }) => seen === undefined);
    if (flags.json) console.log(json({ facts, seconds: seconds(), server: server.url }));
    else console.log(`\n${table(facts)}\n`);
    if (lost.length > 0) console.error(missing(lost, server.log));
    else
      say(`Everything was seen at the stand-in and in the git repository, after ${seconds().toFixed(1)} s.`);
    if (flags.keep) {
      console.error(`Sign in at ${server.signInUrl}\nPress Ctrl-C to end it.`);
      await ended;
    }
    return lost.length === 0 ? 0 : 1;
  } finally {
    await server?.stop();
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Resolves at the first Ctrl-C, or when nobody reads us any more (`| head`); a second one does not get between us and
 * the tidying up.
 */
function askedToEnd(): Promise<undefined> {
  return new Promise((resolve) => {
    const end = () => resolve(undefined);
    process.on("SIGINT", end).on("SIGTERM", end).on("SIGHUP", end);
    process.stdout.on("error", end);
  });
}

/** Everything that happens, in order. The answer is what was seen of it and what was not. */
async function play(
  world: World,
  server: Server,
  issue: Awaited<ReturnType<typeof setScene>>,
): Promise<Fact[]> {
  const webhooks = `${server.url}/webhooks/github`;
  const see = (sights: readonly Sight[]) =>
    watch(sights, { deadline: DEADLINE - seconds() * 1_000, seconds, tell });
  const labelled = await labelIssue(world, issue, webhooks);
  const facts = await see(issueSights(world, issue, labelled));
  const numbers = [issue.number];
  for (const { ends, ...proposal } of PROPOSALS) {
    const opened = await openPullRequest(world, webhooks, proposal);
    numbers.push(opened.pull.number);
    facts.push(...(await see(pullSights(world, { ...opened, ends }))));
  }
  await quiet(world);
  const lasting = lastingSights(world, numbers);
  return [...facts, ...(await watch(lasting, { deadline: 0, seconds, tell }))];
}

function tell({ place, step, seen, at = 0 }: Fact): void {
  say(line(at, place, `${step}: ${seen ?? ""}`));
}

/** Wait until nothing is asked any more, so that a second comment or status would have come by now. */
async function quiet({ github }: World): Promise<void> {
  let before = -1;
  while (github.requests.length > before) {
    before = github.requests.length;
    await wait(QUIET);
  }
}
