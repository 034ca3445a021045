import type { Config } from "../config/schema.ts";
import { userAgent } from "../config/version.ts";
import { warningsOf } from "../config/warnings.ts";
import { ForgehandError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Pipeline } from "../pipeline.ts";
import { createLog } from "./log.ts";

/**
 * Milliseconds that stopping may take beyond the grace time of running commands: requests that have begun have 10 s to
 * finish, and a command that ignores SIGTERM is killed after 10 s more.
 */
const STOPPING_MS = 25_000;

/** Open the rooms of a config and let them work, as `begin` says, until the process is told to stop. */
export async function startProcess<Result>(
  { config, file }: { config: Config; file?: string },
  begin: (pipeline: Pipeline) => Promise<Result>,
  { web }: { web: boolean },
): Promise<Result> {
  const log = createLog(config.log.level, process.env);
  for (const warning of warningsOf(config)) log.warn(warning, "the config may not be what you meant");
  const { openPipeline } = await import("../pipeline.ts");
  const pipeline = await openPipeline({ config, log, userAgent: userAgent(), configFile: file, web });
  stopOnSignals(() => pipeline.stop(), { log, within: config.server.graceTimeout + STOPPING_MS });
  return begin(pipeline).catch(async (error: unknown) => {
    await pipeline.stop();
    throw explained(error, config.server);
  });
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
