import type { Problem } from "./problem.ts";
import type { Config } from "./schema.ts";
import { NO_COMMAND } from "./standard.ts";

/** What a config may be, but hardly was meant to be. */
export function warningsOf(config: Config): Problem[] {
  const { host, publicUrl, hosts, smee } = config.server;
  const warnings: Problem[] = [];
  if (Object.keys(config.forges).length === 0) {
    warnings.push({
      path: "forges",
      message:
        "No forge is configured: nothing can be received. Open the set-up page after `forgehand serve`, or write one into forgehand.yml.",
    });
  }
  if (publicUrl === undefined) {
    warnings.push({
      path: "server.publicUrl",
      message: "It is not set, so statuses and comments carry no link to their run. Set it, or PUBLIC_URL.",
    });
  }
  if (publicUrl === undefined && hosts.length === 0 && smee === undefined && !isLoopback(host)) {
    warnings.push({
      path: "server.host",
      message:
        "It listens beyond this computer, but knows no name to be reached under, so other names are refused. Set server.publicUrl or server.hosts.",
    });
  }
  for (const { name, run } of config.automations) {
    if (run === NO_COMMAND) {
      warnings.push({
        path: `automations.${name}.run`,
        message:
          "No command is configured, so its runs fail and say so. Set FORGEHAND_RUN, or write an automation.",
      });
    }
  }
  if (config.automations.length === 0) {
    warnings.push({ path: "automations", message: "There is none, so nothing is ever done." });
  }
  return warnings;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
