import type { ApplicationFunctionOptions, Probot } from "probot";

import { keyVariable } from "./agents/agents.ts";
import { loadConfig } from "./config/load.ts";
import { configInvalid } from "./config/problem.ts";
import { userAgent } from "./config/version.ts";
import { registerHandlers } from "./forges/github/app.ts";
import { adapters } from "./forges/index.ts";
import { openPipeline } from "./pipeline.ts";

/**
 * Forgehand as a Probot app, for `npx probot run`: Probot has the server, verifies and answers; a delivery is recorded
 * before it does. Needs the credentials of a GitHub App; several forges and several secrets need `forgehand serve`.
 */
export default async function forgehand(
  app: Probot,
  { addHandler }: ApplicationFunctionOptions,
): Promise<void> {
  const loaded = loadConfig({ cwd: process.cwd(), environment: process.env, adapters, keyVariable });
  if ("problems" in loaded) throw configInvalid(loaded.problems);
  const { config, file: configFile } = loaded;
  const forge = Object.keys(config.forges).find((name) => config.forges[name]?.kind === "github");
  const pipeline = await openPipeline({ config, log: app.log, userAgent: userAgent(), configFile });
  registerHandlers(app, pipeline.receive, forge);
  addHandler((request, response) => {
    pipeline.handle(request, response);
    return true;
  });
  await pipeline.work();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      pipeline.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          app.log.error({ err: error }, "stopping failed");
          process.exit(1);
        },
      );
    });
  }
}
