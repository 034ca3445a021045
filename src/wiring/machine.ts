import { resolve } from "node:path";

import { sqlitePath } from "../config/database.ts";
import type { Config } from "../config/schema.ts";
import type { Executor } from "../core/executor.ts";
import type { Log } from "../core/log.ts";
import type { SandboxState } from "../run/confinement.ts";
import { needsBox } from "../run/confinement.ts";
import { pickExecutor } from "../run/executors.ts";
import type { Guard } from "../run/guard.ts";
import { processExecutor } from "../run/process.ts";
import { sandboxExecutor } from "../run/sandbox.ts";

/** The proxy that requests to the outside go through, as the operator's environment has it. */
export function proxyOf(environment: NodeJS.ProcessEnv): { HTTPS_PROXY?: string; NO_PROXY?: string } {
  const https = environment.HTTPS_PROXY ?? environment.https_proxy;
  const none = environment.NO_PROXY ?? environment.no_proxy;
  return { ...(https && { HTTPS_PROXY: https }), ...(none && { NO_PROXY: none }) };
}

/** Something that is found out when it is first asked for, once. */
export function lazily<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= find());
}

/** What executes commands on this machine: in the sandbox where they ask for it, else as plain processes. */
export function executorOf({ closed, guard }: { closed: readonly string[]; guard: Guard }): Executor {
  return pickExecutor({ boxed: sandboxExecutor({ closed, guard }), plain: processExecutor({ guard }) });
}

/** Say so at the start where commands that should run in the sandbox cannot. */
export async function tellOfSandbox(
  { automations, repositoryAutomations }: Pick<Config, "automations" | "repositoryAutomations">,
  sandbox: () => Promise<SandboxState>,
  log: Log,
): Promise<void> {
  const asked = automations.filter((automation) => automation.sandbox !== "none");
  if (asked.length === 0 && repositoryAutomations === false) return;
  const state = await sandbox();
  if (state.works) return;
  if (repositoryAutomations !== false) {
    const told = { reason: state.reason };
    log.warn(told, "the sandbox does not work here: automations of repositories run nothing");
  }
  for (const automation of asked) {
    const told = { automation: automation.name, reason: state.reason };
    if (needsBox(automation)) log.warn(told, "the sandbox does not work here: the automation runs nothing");
    else log.warn(told, "the sandbox does not work here: commands run as plain processes");
  }
}

/** What no command in the sandbox ever reads: the data folder, the store, which may lie beside it, and the config. */
export function closedPaths(config: Config, configFile: string | undefined): string[] {
  const { dataDir } = config;
  const path = sqlitePath(config);
  const store = path === undefined ? [] : [path, `${path}-wal`, `${path}-shm`];
  return [dataDir, ...store, ...(configFile === undefined ? [] : [resolve(configFile)])];
}

/** The path that we are reached under: what the owner says, else what the public address has. */
export function basePathOf({ basePath, publicUrl }: Config["server"]): string {
  return basePath ?? new URL(publicUrl ?? "http://localhost").pathname.replace(/\/+$/, "");
}
