import type { Command } from "commander";

import { explainFiles } from "./explain-files.ts";
import { explainKept } from "./explain-kept.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";
import type { ConfigOptions } from "./settings.ts";
import { withStore } from "./store.ts";

interface ExplainOptions extends ConfigOptions {
  readonly forge?: string;
  readonly headers?: string;
  readonly body?: string;
}

export function addExplain(program: Command): void {
  withConfigOptions(program.command("explain [delivery]"))
    .description("Say as JSON who sent a delivery, how it is read, and which automations want it.")
    .option("--forge <name-or-kind>", "the forge that it came from")
    .option("--headers <file>", "its headers: a flat JSON object")
    .option("--body <file>", "its body: the raw bytes")
    .addHelpText(
      "after",
      "\nExamples:\n  forgehand explain --forge github --headers headers.json --body body.json\n  forgehand explain 17",
    )
    .action(async (delivery: string | undefined, options: ExplainOptions, command: Command) => {
      const { forge, headers, body, ...rest } = options;
      const given = [forge, headers, body].filter((one) => one !== undefined).length;
      if (delivery === undefined ? given !== 3 : given !== 0) {
        command.error("error: name a kept delivery, or give all of --forge, --headers and --body");
      }
      const config = loadOrThrow(rest, "optional");
      const explanation =
        delivery === undefined
          ? explainFiles({ forge: forge ?? "", headers: headers ?? "", body: body ?? "" }, config)
          : await withStore(config, (store) => explainKept(delivery, store, config));
      console.log(JSON.stringify(explanation, null, 2));
    });
}
