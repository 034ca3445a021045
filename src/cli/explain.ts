import type { Command } from "commander";

import type { Config } from "../config/schema.ts";
import type { Store } from "../core/store.ts";
import { matchesIn } from "../match/matches.ts";
import { explainKept } from "../operate/explain-kept.ts";
import { explainText, turnedAwayText } from "../operate/explain-text.ts";
import { findDelivery } from "../operate/find-delivery.ts";
import type { Explanation } from "../operate/explanation.ts";
import { ownAutomationsOf, repositoryFiles } from "../repository-files.ts";
import type { Reread } from "../operate/reread.ts";
import { createReread } from "../operate/reread.ts";
import { adapters } from "../forges/index.ts";
import { explainFiles } from "./explain-files.ts";
import { printable } from "./log.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";
import type { ConfigOptions } from "./settings.ts";
import { withStore } from "./store.ts";

interface ExplainOptions extends ConfigOptions {
  readonly forge?: string;
  readonly headers?: string;
  readonly body?: string;
  readonly text?: boolean;
  readonly lastRefused?: boolean;
}

const EXAMPLES = `
Examples:
  forgehand explain --forge github --headers headers.json --body body.json
  forgehand explain 17                         a delivery that was received, as JSON
  forgehand explain 17 --text                  the same for a person
  forgehand explain --last-refused             requests whose sender was not proven`;

export function addExplain(program: Command): void {
  withConfigOptions(program.command("explain [delivery]"))
    .description("Say who sent a delivery, how it is read, and why automations do or do not act on it.")
    .option("--forge <name-or-kind>", "the forge that it came from")
    .option("--headers <file>", "its headers: a flat JSON object")
    .option("--body <file>", "its body: the raw bytes")
    .option("--text", "print it as a tree for a person instead of JSON")
    .option("--last-refused", "the last requests that were turned away, since nothing proved who sent them")
    .addHelpText("after", EXAMPLES)
    .action(async (delivery: string | undefined, options: ExplainOptions, command: Command) => {
      const { forge, headers, body, text, lastRefused, ...rest } = options;
      const given = [forge, headers, body].filter((one) => one !== undefined).length;
      if (lastRefused === true) {
        if (delivery !== undefined || given > 0) command.error("error: --last-refused stands alone");
        const turned = await withStore(loadOrThrow(rest, "optional"), (store) => store.turnedAway());
        console.log(text === true ? printable(turnedAwayText(turned)) : JSON.stringify(turned, null, 2));
        return;
      }
      if (delivery === undefined ? given !== 3 : given !== 0) {
        command.error("error: name a kept delivery, or give all of --forge, --headers and --body");
      }
      const config = loadOrThrow(rest, "optional");
      const explanation =
        delivery === undefined
          ? explainFiles({ forge: forge ?? "", headers: headers ?? "", body: body ?? "" }, config)
          : await withStore(config, (store) => explainStored(delivery, store, config));
      console.log(text === true ? printable(explainText(explanation)) : JSON.stringify(explanation, null, 2));
    });
}

/** Explain a kept delivery by the config, and by the file that its repository has. */
async function explainStored(delivery: string, store: Store, config: Config): Promise<Explanation> {
  const reread = rereadOf(config);
  const kept = await findDelivery(store, delivery);
  const own = await ownAutomationsOf(reread(kept), kept.forge, { store, files: repositoryFiles(config) });
  return explainKept(kept, { automations: [...config.automations, ...own], reread, matchesIn, store });
}

/** Reads kept deliveries again by the kinds of a config. */
export function rereadOf({ forges }: Pick<Config, "forges">): Reread {
  return createReread({ kindOf: (name) => forges[name]?.kind, adapters });
}
