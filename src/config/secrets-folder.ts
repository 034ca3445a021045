import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { ForgeAdapter } from "../core/forge.ts";
import { isMap } from "./environment.ts";
import type { Problem } from "./problem.ts";

type Settings = Readonly<Record<string, unknown>>;

/** The files that a folder of webhook secrets can have: the keys of Rancher Fleet's Kubernetes Secret, all seven. */
const NAMES = [
  "github",
  "gitlab",
  "bitbucket",
  "bitbucket-server",
  "gogs",
  "azure-username",
  "azure-password",
] as const;

/** Secrets by the names of their files. Those that are not there are left out; a line break at the end does not count. */
export function readSecrets(folder: string): { secrets: Record<string, string> } | { problem: Problem } {
  const secrets: Record<string, string> = {};
  for (const name of NAMES) {
    try {
      secrets[name] = readFileSync(join(folder, name), "utf8").replace(/\r?\n$/, "");
    } catch (error) {
      const { code = "unknown error" } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") continue;
      const message = `The file ${name} in it cannot be read (${code}). Check its mode, and that this is a folder.`;
      return { problem: { path: "webhookSecretsDir", message } };
    }
  }
  if (Object.keys(secrets).length > 0) return { secrets };
  const message = `There is no secret in ${folder}. Its files must be named ${NAMES.join(", ")}.`;
  return { problem: { path: "webhookSecretsDir", message } };
}

/** Forges with the secret of their kind where they have none of their own. */
export function withSecrets(
  forges: unknown,
  secrets: Readonly<Record<string, string>>,
  adapters: readonly ForgeAdapter[],
): unknown {
  if (!isMap(forges)) return forges;
  return Object.fromEntries(
    Object.entries(forges).map(([name, written]) => [name, withSecret(written, secrets, adapters)]),
  );
}

function withSecret(
  written: unknown,
  secrets: Readonly<Record<string, string>>,
  adapters: readonly ForgeAdapter[],
): unknown {
  if (!isMap(written) || !isMissing(written)) return written;
  const adapter = adapters.find(({ kind, aliases }) =>
    [kind, ...aliases].some((one) => one === written.kind),
  );
  const webhookSecret = adapter?.secretIn?.(secrets);
  return webhookSecret === undefined ? written : { ...written, webhookSecret };
}

/** The environment makes an empty list of no secret. */
function isMissing({ webhookSecret }: Settings): boolean {
  return webhookSecret === undefined || (Array.isArray(webhookSecret) && webhookSecret.length === 0);
}
