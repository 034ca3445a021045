#!/usr/bin/env node
import { Command, CommanderError } from "commander";

import { ForgehandError } from "../core/errors.ts";
import { addBackup } from "./backup.ts";
import { addCheck } from "./check.ts";
import { addConfig } from "./config.ts";
import { addConnect } from "./connect.ts";
import { addDemo } from "./demo.ts";
import { addDisconnect } from "./disconnect.ts";
import { addExplain } from "./explain.ts";
import { addKeys } from "./keys.ts";
import { addMigrate } from "./migrate.ts";
import { addReplay } from "./replay.ts";
import { addRuns } from "./runs.ts";
import { addServe } from "./serve.ts";
import { addWorker } from "./worker.ts";
import { version } from "../config/version.ts";

const EXAMPLES = `
Examples:
  forgehand serve                              receive deliveries, do what the automations say
  forgehand worker --stages run --tags gpu     do the work in a process of its own
  forgehand connect github octo/hello          make its webhook, try it, and see that it arrives
  forgehand check --offline                    look at the config without asking a forge
  forgehand explain --forge github --headers h.json --body b.json
  forgehand replay --dry-run --since 7d --config new.yml
  forgehand runs --state failed                what went wrong lately
  forgehand backup /backups/forgehand.db       copy the store while it is used
  forgehand migrate --to postgres://DATABASE   move the history from SQLite to PostgreSQL
  forgehand demo                               see it work, without an account`;

/** The command line. Exit codes: 0 it went well, 1 something is wrong, 2 it was asked or configured wrongly. */
async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("forgehand")
    .description("Label an issue, get a pull request, on every forge.")
    .version(version())
    .addHelpText("after", EXAMPLES)
    .exitOverride();
  for (const add of [
    addServe,
    addWorker,
    addConnect,
    addDisconnect,
    addCheck,
    addExplain,
    addReplay,
    addRuns,
    addKeys,
    addBackup,
    addMigrate,
    addDemo,
    addConfig,
  ])
    add(program);
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // Commander has told about its own errors already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof ForgehandError)) throw error;
    console.error(error.message);
    return error.code === "CONFIG_INVALID" ? 2 : 1;
  }
}

process.exitCode = await main(process.argv);
