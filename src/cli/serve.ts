import type { Command } from "commander";

import { warningsOf } from "../config/warnings.ts";
import { ForgehandError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { createLog } from "./log.ts";
import type { ConfigOptions } from "./settings.ts";
import { loadedOrThrow, withConfigOptions } from "./settings.ts";
import { userAgent } from "../config/version.ts";

/**
 * Milliseconds that stopping may take beyond the grace time of running commands: requests that have begun have 10 s to
 * finish, and a command that ignores SIGTERM is killed after 10 s more.
 */
const STOPPING_MS = 25_000;

export function addServe(program: Command): void {
  withConfigOptions(program.command("serve"))
    .description("Receive deliveries and do what the automations say, until it is stopped.")
    .option("--port <number>", "port to listen on; 0 takes a free one")
    .option("--host <address>", "address to listen on")
    .option("--smee <url>", "smee.io channel that forwards deliveries to this computer")
    .option("--poll-only", "receive no webhooks: find all by polling, where no forge can reach this computer")
    .addHelpText(
      "after",
      "\nExamples:\n  forgehand serve --port 3000\n  forgehand serve --smee https://smee.io/CHANNEL",
    )
    .action(serve);
}

async function serve(options: ConfigOptions): Promise<void> {
  const { config, file: configFile } = loadedOrThrow(options);
  const log = createLog(config.log.level, process.env);
  for (const warning of warningsOf(config)) log.warn(warning, "the config may not be what you meant");
  const { openPipeline } = await import("../pipeline.ts");
  const pipeline = await openPipeline({ config, log, userAgent: userAgent(), configFile });
  stopOnSignals(() => pipeline.stop(), { log, within: config.server.graceTimeout + STOPPING_MS });
  const { url, signInUrl } = await pipeline.listen().catch(async (error: unknown) => {
    await pipeline.stop();
    throw explained(error, config.server);
  });
  console.log(`Forgehand listens on ${url}`);
  console.log(`Sign in at ${signInUrl}`);
}

/** Stop at the first SIGTERM or SIGINT; exit at once at the second, or when stopping takes too long. */
function stopOnSignals(stop: () => Promise<void>, { log, within }: { log: Log; within: number }): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => {
      log.error({ within }, "stopping took too long");
      process.exit(1);
    }, within).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  // A write beyond the limit of file sizes fails for whoever wrote. Node ignores its signal, but while a command runs,
  // what execa listens with would end us by it unless somebody else listens too.
  process.on("SIGXFSZ", () => undefined);
}

/** Why it cannot listen, where the system said so. */
function explained(error: unknown, { host, port }: { host: string; port: number }): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: "another program listens there. End it, or choose another --port",
    EACCES: "this account may not. Choose a port above 1023",
    EADDRNOTAVAIL: "this computer has no such address. Choose another --host",
  };
  if (why[code] === undefined) return error;
  return new ForgehandError(
    "CONFIG_INVALID",
    `Forgehand cannot listen on ${host} port ${port}: ${why[code]}.`,
    {
      cause: error,
    },
  );
}
