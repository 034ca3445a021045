import type { Automation } from "../core/automation.ts";
import { serves } from "../core/automation.ts";
import { ForgehandError, isRetryable, messageOf } from "../core/errors.ts";
import type { Repo } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";

/** A configured forge on which schedules run. */
export interface ScheduledForge {
  readonly forge: Forge;
  /** Full names that the owner lists for the poller. */
  readonly listed: readonly string[];
}

/** What it takes to say in which repositories a schedule runs. */
export interface RepositoryTools {
  readonly store: Pick<Store, "watches">;
  readonly forges: readonly ScheduledForge[];
  /** Whether an automation serves a repository. */
  readonly serves: (automation: Automation, fullName: string) => boolean;
  readonly log: Log;
}

/** A repository of a forge. */
export interface Member {
  readonly forge: string;
  readonly repo: Repo;
}

/** Names among the globs of what is included: those that can mean one repository only. */
export function namesIn({ include }: Automation["repositories"]): string[] {
  return include.filter((glob) => !/[*?[\]{}!()\\]/.test(glob));
}

const onForges = (automation: Automation, forges: readonly ScheduledForge[]): ScheduledForge[] =>
  forges.filter(({ forge }) => serves(automation, forge.name));

/**
 * The repositories that a schedule runs in: those that its automation names without globs, else those where we are
 * installed, else those that the owner lists or that webhooks told of, as far as it serves them. `failure`: of a forge
 * that may answer later, and whose repositories are missing.
 */
export async function repositoriesOf(
  tools: RepositoryTools,
  automation: Automation,
  signal: AbortSignal,
): Promise<{ members: Member[]; failure?: Error }> {
  const members: Member[] = [];
  let failure: Error | undefined;
  const names = namesIn(automation.repositories).filter((name) => tools.serves(automation, name));
  const missing = new Set(names);
  for (const served of onForges(automation, tools.forges)) {
    const { forge } = served;
    try {
      const repos =
        names.length > 0
          ? await named(forge, names, missing, signal)
          : await known(tools, automation, served, signal);
      members.push(...repos.map((repo) => ({ forge: forge.name, repo })));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Error && isRetryable(error)) failure = error;
      else tools.log.error({ forge: forge.name, reason: messageOf(error) }, "a schedule leaves a forge out");
    }
  }
  if (failure === undefined) {
    for (const name of missing) tools.log.warn({ repository: name }, "a repository of a schedule is nowhere");
  }
  return { members, failure };
}

/** Whether an automation has any repository to run in, as far as can be told without asking a forge. */
export async function hasRepositories(tools: RepositoryTools, automation: Automation): Promise<boolean> {
  if (namesIn(automation.repositories).length > 0) return true;
  for (const { forge, listed } of onForges(automation, tools.forges)) {
    if (forge.installedRepositories !== undefined) return true;
    if (listed.some((name) => tools.serves(automation, name))) return true;
    const watched = await watchedOn(tools.store, forge.name);
    if (watched.some(({ fullName }) => tools.serves(automation, fullName))) return true;
  }
  return false;
}

async function named(
  forge: Forge,
  names: readonly string[],
  missing: Set<string>,
  signal: AbortSignal,
): Promise<Repo[]> {
  const repos: Repo[] = [];
  for (const name of names) {
    const repo = await lookUp(forge, name, signal);
    if (repo === undefined) continue;
    missing.delete(name);
    repos.push(repo);
  }
  return repos;
}

async function known(
  { store, ...tools }: RepositoryTools,
  automation: Automation,
  { forge, listed }: ScheduledForge,
  signal: AbortSignal,
): Promise<Repo[]> {
  const installed = await forge.installedRepositories?.(signal);
  if (installed !== undefined) return installed.filter(({ fullName }) => tools.serves(automation, fullName));
  const watched = (await watchedOn(store, forge.name)).filter(({ fullName }) =>
    tools.serves(automation, fullName),
  );
  const seen = new Set(watched.map(({ fullName }) => fullName.toLowerCase()));
  const further = listed.filter((name) => tools.serves(automation, name) && !seen.has(name.toLowerCase()));
  const repos = await Promise.all(further.map((name) => lookUp(forge, name, signal)));
  return [...watched, ...repos.filter((repo) => repo !== undefined)];
}

async function watchedOn(store: Pick<Store, "watches">, forge: string): Promise<Repo[]> {
  const all: Repo[] = [];
  for (;;) {
    const page = await store.watches(forge, { after: all.at(-1)?.id, limit: 200 });
    all.push(...page.map(({ repo, fullName }) => ({ id: repo, fullName })));
    if (page.length === 0) return all;
  }
}

async function lookUp(forge: Forge, name: string, signal: AbortSignal): Promise<Repo | undefined> {
  try {
    return await forge.repository(name, signal);
  } catch (error) {
    if (error instanceof ForgehandError && error.code === "FORGE_NOT_FOUND") return undefined;
    throw error;
  }
}
