import type { Command } from "commander";

import type { ConfigOptions } from "./settings.ts";
import { loadedOrThrow, withConfigOptions } from "./settings.ts";
import { startProcess } from "./start.ts";
import { idle } from "./worker-settings.ts";

interface ServeOptions extends ConfigOptions {
  /** False: it receives and shows, and other processes do the work. */
  readonly worker: boolean;
}

export function addServe(program: Command): void {
  withConfigOptions(program.command("serve"))
    .description("Receive deliveries and do what the automations say, until it is stopped.")
    .option("--port <number>", "port to listen on; 0 takes a free one")
    .option("--host <address>", "address to listen on")
    .option("--smee <url>", "smee.io channel that forwards deliveries to this computer")
    .option("--poll-only", "receive no webhooks: find all by polling, where no forge can reach this computer")
    .option("--no-worker", "receive and show only: `forgehand worker` does the work, in other processes")
    .addHelpText(
      "after",
      "\nExamples:\n  forgehand serve --port 3000\n  forgehand serve --smee https://smee.io/CHANNEL\n  forgehand serve --no-worker",
    )
    .action(serve);
}

async function serve({ worker, ...options }: ServeOptions): Promise<void> {
  const { config, ...loaded } = loadedOrThrow(options);
  const served = worker ? config : { ...config, worker: idle(config.worker) };
  const begin = (pipeline: { listen(): Promise<{ url: string; signInUrl: string }> }) => pipeline.listen();
  const { url, signInUrl } = await startProcess({ ...loaded, config: served }, begin, { web: true });
  console.log(`Forgehand listens on ${url}`);
  console.log(`Sign in at ${signInUrl}`);
}
