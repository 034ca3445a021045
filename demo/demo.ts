import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import type { Server } from "./forgehand.ts";
import { startForgehand } from "./forgehand.ts";
import { play } from "./play.ts";
import { json, line, missing, table } from "./print.ts";
import { setScene, STORY_IN_SHORT, writeConfig } from "./scene.ts";
import type { World } from "./world.ts";
import { PLAYED, WORLDS } from "./worlds.ts";

const { values: flags } = parseArgs({ options: { json: { type: "boolean" }, keep: { type: "boolean" } } });
const began = performance.now();
const seconds = () => Math.round((performance.now() - began) / 10) / 100;
const say = (text: string) => {
  if (!flags.json) console.log(text);
};
const note = (forge: string, place: string, what: string) => say(line(seconds(), forge, place, what));

// What is left of a story that was interrupted ends here.
process.exit(await demo());

/** The whole path of Forgehand on this computer alone, on every forge at once. The answer is the exit code. */
async function demo(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "forgehand-demo-"));
  const ended = askedToEnd();
  const worlds: World[] = [];
  let server: Server | undefined;
  try {
    for (const kind of PLAYED) {
      const world: World = await WORLDS[kind]({ root: join(folder, "git", kind) });
      worlds.push(world);
      const { words, url, git } = world;
      note(kind, "here", `a stand-in for ${words.forge} answers on ${url}, its git on ${git.url}`);
    }
    const issues = new Map(await Promise.all(worlds.map(async (one) => [one, await setScene(one)] as const)));
    const config = await writeConfig(join(folder, "forgehand"), worlds);
    const environment = Object.assign({}, ...worlds.map((one) => one.environment)) as World["environment"];
    const { url, signInUrl, log } = (server = await startForgehand({ config, cwd: folder, environment }));
    note("all", "here", `Forgehand listens on ${url}`);
    note("all", "here", `${STORY_IN_SHORT}; somebody sets the label "coding agent"`);

    const stories = [...issues].map(([world, issue]) =>
      play(world, issue, { webhooks: `${url}/webhooks/${world.kind}`, seconds, note }),
    );
    const facts = await Promise.race([Promise.all(stories), ended]);
    if (facts === undefined) return 130;
    const all = facts.flat();
    const lost = all.filter(({ seen }) => seen === undefined);
    if (flags.json) console.log(json({ facts: all, seconds: seconds(), server: url }));
    else console.log(`\n${table(all)}\n`);
    if (lost.length > 0) console.error(missing(lost, log));
    else say(`Everything was seen at the stand-ins and in their git, after ${seconds().toFixed(1)} s.`);
    if (flags.keep) {
      console.error(`Sign in at ${signInUrl}\nPress Ctrl-C to end it.`);
      await ended;
    }
    return lost.length === 0 ? 0 : 1;
  } finally {
    await server?.stop();
    await Promise.all(worlds.map((world) => world.close()));
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
