import { parseArgs } from "node:util";

import type { GroundName, RoundReport } from "./round.ts";
import { GROUNDS, playRound } from "./round.ts";
import type { Size } from "./size.ts";
import { sizeOf, SIZES, wholeNumber } from "./size.ts";

const USAGE = `Usage: npm run chaos -- [options]

Sends a burst of signed deliveries of all forges to processes that are killed meanwhile, waits until nothing is owed, and
looks for what is lost or doubled. Prints one JSON object; exit code 1 where anything is not as it has to be.

  --on sqlite|postgres|both   the store; with postgres RabbitMQ too, servers of its own both (both)
  --size ci|nightly|N         ${SIZES.ci?.deliveries} or ${SIZES.nightly?.deliveries} deliveries, or so many (ci)
  --deliveries N              instead of those of the size
  --runs N                    how many of them start a run
  --kills N                   how often something is killed, stopped or cut off
  --seed N                    what chance begins with: the same deliveries and the same victims again
  --keep                      leave the folder with the store, the logs and the gits
`;

const { values: flags } = parseArgs({
  options: {
    on: { type: "string", default: "both" },
    size: { type: "string", default: "ci" },
    deliveries: { type: "string" },
    runs: { type: "string" },
    kills: { type: "string" },
    seed: { type: "string" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", short: "h" },
  },
});

process.exit(await chaos());

/** The answer is the exit code. */
async function chaos(): Promise<number> {
  const grounds = groundsOf(flags.on);
  const size = askedSize();
  const seed = flags.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : wholeNumber(flags.seed);
  if (flags.help === true || grounds === undefined || size === undefined || seed === undefined) {
    console.error(USAGE);
    return flags.help === true ? 0 : 2;
  }
  const began = performance.now();
  const note = (text: string) =>
    console.error(`${Math.round((performance.now() - began) / 1_000)} s ${text}`);
  note(`the seed is ${seed}`);
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => ending.abort());
  try {
    const rounds: RoundReport[] = [];
    for (const on of grounds) {
      rounds.push(await playRound({ on, size, seed, keep: flags.keep, signal: ending.signal, note }));
    }
    const ok = rounds.every((round) => round.ok);
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    if (!ok)
      note(`not all is as it has to be: try it again with --seed ${seed} --keep, which leaves the logs`);
    console.log(JSON.stringify({ ok, seed, size, seconds, rounds }, undefined, 2));
    return ok ? 0 : 1;
  } catch (error) {
    if (ending.signal.aborted) return 130;
    const { cause } = error as Error;
    console.error(cause ?? error);
    console.error(`It came to no end. Try it again with --seed ${seed} --keep, which leaves the logs.`);
    return 1;
  }
}

function groundsOf(text: string): GroundName[] | undefined {
  const all = Object.keys(GROUNDS) as GroundName[];
  if (text === "both") return all;
  const some = all.filter((name) => name === text);
  return some.length === 0 ? undefined : some;
}

/** What was asked for; undefined where it cannot be read. */
function askedSize(): Size | undefined {
  const size = sizeOf(flags.size);
  const { deliveries, runs, kills } = flags;
  const asked = { deliveries, runs, kills };
  const numbers = Object.entries(asked).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, wholeNumber(text)] as const],
  );
  if (size === undefined || numbers.some(([, number]) => number === undefined)) return undefined;
  return { ...size, ...Object.fromEntries(numbers) };
}
