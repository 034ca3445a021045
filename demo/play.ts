import { setTimeout as wait } from "node:timers/promises";

import { askFor, openPullRequest, PROPOSALS } from "./scene.ts";
import { issueSights, lastingSights, pullSights } from "./sights.ts";
import type { Thread } from "./stand-in/state.ts";
import type { Fact, Sight } from "./story.ts";
import { watch } from "./story.ts";
import type { World } from "./world.ts";

/** Milliseconds until everything has to be seen. */
const DEADLINE = 60_000;
/** Milliseconds without a request after which nothing more is expected. */
const QUIET = 300;

/** How a story is told. */
export interface Telling {
  /** Where Forgehand takes deliveries of this forge. */
  readonly webhooks: string;
  /** Seconds since the start. */
  readonly seconds: () => number;
  readonly note: (forge: string, place: string, what: string) => void;
}

/** Everything that happens on one forge, in order. The answer is what was seen of it and what was not. */
export async function play(
  world: World,
  issue: Thread,
  { webhooks, seconds, note }: Telling,
): Promise<Fact[]> {
  const tell = ({ forge, place, step, seen = "" }: Fact) => note(forge, place, `${step}: ${seen}`);
  const see = (sights: readonly Sight[]) =>
    watch(sights, { deadline: DEADLINE - seconds() * 1_000, seconds, tell });
  const asked = await askFor(world, issue, webhooks);
  const facts = await see(issueSights(world, issue, asked));
  const threads = [issue];
  for (const { ends, ...proposal } of PROPOSALS) {
    const opened = await openPullRequest(world, webhooks, proposal);
    threads.push(opened.pull);
    facts.push(...(await see(pullSights(world, { ...opened, ends }))));
  }
  await quiet(world);
  return [...facts, ...(await watch(lastingSights(world, threads), { deadline: 0, seconds, tell }))];
}

/** Wait until nothing is asked any more, so that a second comment or status would have come by now. */
async function quiet({ requests }: World): Promise<void> {
  let before = -1;
  while (requests.length > before) {
    before = requests.length;
    await wait(QUIET);
  }
}
