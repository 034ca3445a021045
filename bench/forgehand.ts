import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Secret } from "./senders/sender.ts";

/** The command of the built program. */
export const COMMAND = join(import.meta.dirname, "../dist/src/cli/forgehand.js");

/** Secrets for one bench. */
export function makeSecret(): Secret {
  return {
    github: randomBytes(20).toString("hex"),
    gitlab: `whsec_${randomBytes(32).toString("base64")}`,
  };
}

/**
 * Write the config of a Forgehand that receives deliveries; its automations want every delivery of the bench,
 * so each is kept whole with the job that it causes. Not `working`: it receives only, as a process does that leaves
 * the work to others.
 */
export async function writeConfig(
  folder: string,
  secret: Secret,
  { working }: { working: boolean },
): Promise<string> {
  const file = join(folder, "forgehand.yml");
  const config = {
    server: { host: "127.0.0.1", port: 0 },
    dataDir: join(folder, "data"),
    database: `sqlite:${join(folder, "data/forgehand.db")}`,
    log: { level: "fatal" },
    ...(!working && { worker: { match: 0, run: 0, report: 0, poll: 0 } }),
    forges: {
      github: { kind: "github", apiUrl: "http://127.0.0.1:9", token: "bench", webhookSecret: secret.github },
      gitlab: { kind: "gitlab", url: "http://127.0.0.1:9", token: "bench", webhookSecret: secret.gitlab },
    },
    automations: {
      "coding-agent": { on: { label: "coding agent" }, run: "true" },
      test: { on: { pull_request: ["opened"] }, run: "true" },
    },
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config, undefined, 2));
  return file;
}
