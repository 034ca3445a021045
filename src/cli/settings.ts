import type { Command } from "commander";

import { keyVariable } from "../agents/agents.ts";
import { loadConfig } from "../config/load.ts";
import { configInvalid } from "../config/problem.ts";
import type { Config } from "../config/schema.ts";
import { adapters } from "../forges/index.ts";

/** What the command line says about the config. */
export interface ConfigOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  readonly smee?: string;
  readonly pollOnly?: boolean;
  readonly data?: string;
}

/** The options that every command with a config has. */
export function withConfigOptions(command: Command): Command {
  return command
    .option(
      "-c, --config <file>",
      "config file (else FORGEHAND_CONFIG, forgehand.yml, or the environment alone)",
    )
    .option("--data <dir>", "folder of everything that is kept");
}

/** Config by command line, environment and file. */
export function load({ config, data, ...server }: ConfigOptions, secrets: "needed" | "optional" = "needed") {
  return loadConfig({
    file: config,
    cwd: process.cwd(),
    environment: process.env,
    adapters,
    keyVariable,
    overrides: { ...server, dataDir: data },
    secrets,
  });
}

/** The same with the file that it came from, or CONFIG_INVALID with every problem. */
export function loadedOrThrow(
  options: ConfigOptions,
  secrets?: "needed" | "optional",
): { readonly config: Config; readonly file?: string } {
  const loaded = load(options, secrets);
  if ("problems" in loaded) throw configInvalid(loaded.problems);
  return loaded;
}

/** The config alone, or CONFIG_INVALID with every problem. */
export function loadOrThrow(options: ConfigOptions, secrets?: "needed" | "optional"): Config {
  return loadedOrThrow(options, secrets).config;
}
