import type { Command } from "commander";
import { InvalidArgumentError } from "commander";

import type { Config } from "../config/schema.ts";
import type { KeptDelivery, Store } from "../core/store.ts";
import { decide } from "../match/decide.ts";
import { findDelivery } from "../operate/find-delivery.ts";
import type { Foreseen, ForeseeTools, Passed } from "../operate/foresee.ts";
import { foresee } from "../operate/foresee.ts";
import { deliveriesSince, replay } from "../operate/replay.ts";
import { rereadOf } from "./explain.ts";
import { printable } from "./log.ts";
import { createProgress } from "./progress.ts";
import { askOf } from "./replay-ask.ts";
import { foreseenText, replayedText } from "./replay-text.ts";
import type { ConfigOptions } from "./settings.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";
import { withStore } from "./store.ts";

interface ReplayOptions extends ConfigOptions {
  readonly since?: number;
  readonly forge?: string;
  readonly automation?: string;
  readonly dryRun?: boolean;
  readonly ask?: boolean;
  readonly all?: boolean;
  readonly wait: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  forgehand replay 17 18                                    match them again
  forgehand replay --since 2h --automation test             what came in the last two hours and concerns one
  forgehand replay --dry-run --since 7d --config new.yml    what a changed config would have done`;

export function addReplay(program: Command): void {
  withConfigOptions(program.command("replay [delivery...]"))
    .description("Match kept deliveries again, or say what another config would have done with them.")
    .option("--since <time>", "all that came within this time, such as 7d, 12h or 30m", readSince)
    .option("--forge <name>", "only of this forge")
    .option("--automation <name>", "only what this automation wants, or wanted")
    .option("--dry-run", "write nothing; say what this config would have done")
    .option("--ask", "with --dry-run: ask the forges, too, for permissions and labels as they are now")
    .option("--all", "with --dry-run: also what would be the same")
    .option("--wait <seconds>", "how long workers may take for each 50 deliveries", readSeconds, 60_000)
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (deliveries: string[], options: ReplayOptions, command: Command) => {
      if ((deliveries.length === 0) === (options.since === undefined)) {
        command.error("error: name deliveries, or say --since");
      }
      const { since, forge, automation, dryRun, ask, all, wait, json, ...rest } = options;
      const config = loadOrThrow(rest, ask === true ? "needed" : "optional");
      const chosen = { deliveries, since, forge, automation };
      if (dryRun === true) await foreseeAll(config, chosen, { ask, all, json });
      else await replayAll(config, chosen, { wait, json });
    });
}

/** Which deliveries are meant. */
interface Chosen {
  readonly deliveries: readonly string[];
  readonly since: number | undefined;
  readonly forge: string | undefined;
  readonly automation: string | undefined;
}

async function* chosenOf(store: Store, { deliveries, since, forge }: Chosen): AsyncGenerator<KeptDelivery> {
  for (const one of deliveries) yield await findDelivery(store, one);
  if (since === undefined) return;
  for await (const { key } of deliveriesSince(store, { since: new Date(Date.now() - since), forge })) {
    const kept = await store.delivery(key);
    if (kept !== undefined) yield kept;
  }
}

/** Whether a delivery means something to an automation: it did when it was matched, or it does by this config. */
async function concerns(kept: KeptDelivery, name: string, config: Config): Promise<boolean> {
  const automations = config.automations.filter((one) => one.name === name);
  const { rows } = await foresee(kept, { automations, reread: rereadOf(config), decide });
  const wanted = (outcome: Foreseen["after"]) => outcome !== undefined && outcome !== "not matched";
  return rows.some(
    ({ automation, before, after }) => automation === name && (wanted(before) || wanted(after)),
  );
}

async function replayAll(
  config: Config,
  chosen: Chosen,
  { wait, json = false }: { wait: number; json: boolean | undefined },
): Promise<void> {
  const { automation } = chosen;
  const progress = createProgress((count) => `${count} deliveries matched again …`);
  await withStore(config, async (store) => {
    const keys = async function* () {
      for await (const kept of chosenOf(store, chosen)) {
        if (automation === undefined || (await concerns(kept, automation, config))) yield kept.key;
      }
    };
    const told: object[] = [];
    let count = 0;
    for await (const one of replay(store, keys(), { wait })) {
      progress(++count);
      if (json) told.push(one);
      else console.log(printable(replayedText(one)));
      if (one.state === "not matched yet") process.exitCode = 1;
    }
    if (json) console.log(JSON.stringify(told, null, 2));
    else if (count === 0) console.log("There are no such deliveries.");
  });
}

async function foreseeAll(
  config: Config,
  chosen: Chosen,
  { ask = false, all = false, json = false }: { ask?: boolean; all?: boolean; json?: boolean },
): Promise<void> {
  const { automation } = chosen;
  const progress = createProgress((count) => `${count} deliveries looked at …`);
  await withStore(
    config,
    async (store) => {
      await using asking = ask ? await askOf(config, store) : undefined;
      const tools: ForeseeTools = {
        automations: config.automations,
        reread: rereadOf(config),
        decide,
        ...(asking !== undefined && { ask: asking.ask }),
      };
      const counts = { asked: 0, withoutBody: 0, ignored: 0, unreadable: 0 } satisfies Passed;
      const rows: Foreseen[] = [];
      for await (const kept of chosenOf(store, chosen)) {
        const { rows: found, passed } = await foresee(kept, tools);
        counts[passed] += 1;
        rows.unshift(
          ...found.filter(
            (row) => (all || row.differs) && (automation === undefined || row.automation === automation),
          ),
        );
        progress(Object.values(counts).reduce((one, other) => one + other, 0));
      }
      if (json) console.log(JSON.stringify({ rows, ...counts }, null, 2));
      else console.log(printable(foreseenText(rows, counts, ask)));
    },
    { readOnly: true },
  );
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function readSince(text: string): number {
  const [, count, unit = ""] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (UNITS[unit] ?? 0);
  throw new InvalidArgumentError("Write a time such as 7d, 12h or 30m.");
}

function readSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text) * 1_000;
  throw new InvalidArgumentError("Write a number of seconds.");
}
