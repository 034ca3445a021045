import { ForgehandError, messageOf } from "../core/errors.ts";
import type { Repo } from "../core/event.ts";
import type { Log } from "../core/log.ts";
import type { Store, StoreTransaction } from "../core/store.ts";
import type { Watch, WatchSource } from "../core/watch.ts";
import type { Ledger } from "./ledger.ts";
import type { PolledForge } from "./polled.ts";

/** Rows that are written in one transaction. */
const SLICE = 100;
/** Repositories in one answer of a forge that lists those where we are installed. */
const PAGE = 100;

interface Refreshing {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly polled: PolledForge;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** All repositories of a forge that are looked at. */
export async function allWatches(store: Store, forge: string): Promise<Watch[]> {
  const all: Watch[] = [];
  for (;;) {
    const page = await store.watches(forge, { after: all.at(-1)?.repo, limit: 200 });
    all.push(...page);
    if (page.length === 0) return all;
  }
}

/**
 * Bring the repositories that are looked at up to date: those that we are installed in, else those that the owner lists
 * and those that webhooks told of. `spread` gives the times by which the new ones are due, each by its place among all of
 * them; with `soon` the others too. Gives back how many requests it took. Throws what the forge threw, but for a listed
 * repository that is not there.
 */
export async function refreshMembers(
  refreshing: Refreshing,
  { spread, soon }: { spread: (members: readonly Repo[]) => (index: number) => Date; soon: boolean },
): Promise<number> {
  const { store, polled, signal } = refreshing;
  const { name: forge } = polled;
  const known = await allWatches(store, forge);
  const installed = await polled.forge.installedRepositories?.(signal);
  const { members, requests } =
    installed === undefined
      ? await listedAndSeen(refreshing, known)
      : {
          members: installed.map((repo) => ({ repo, source: "installed" as const })),
          requests: 1 + Math.ceil(installed.length / PAGE),
        };
  const dueAt = spread(members.map(({ repo }) => repo));
  const wanted = new Set(members.map(({ repo }) => repo.id));
  const due = new Map(soon ? [] : known.map((watch) => [watch.repo, watch.dueAt]));
  const steps = [
    ...members.map(({ repo, source }, index) => (transaction: StoreTransaction) => {
      const watch = { forge, repo: repo.id, fullName: repo.fullName, source };
      return transaction.watch({ ...watch, dueAt: due.get(repo.id) ?? dueAt(index) });
    }),
    ...known
      .filter(({ repo }) => !wanted.has(repo))
      .map((watch) => (transaction: StoreTransaction) => transaction.unwatch(watch)),
  ];
  await inSlices(refreshing, steps);
  return requests;
}

interface Member {
  readonly repo: Repo;
  readonly source: WatchSource;
}

/** A listed name is asked about once: its row knows the id from then on. */
async function listedAndSeen(
  { polled, log, signal }: Refreshing,
  known: readonly Watch[],
): Promise<{ members: Member[]; requests: number }> {
  const members = new Map<string, Member>();
  for (const { repo, fullName, webhookAt } of known) {
    if (webhookAt !== undefined) members.set(repo, { repo: { id: repo, fullName }, source: "seen" });
  }
  let requests = 0;
  for (const name of polled.repositories) {
    const row = known.find(({ fullName }) => fullName.toLowerCase() === name.toLowerCase());
    if (row === undefined) requests += 1;
    const repo =
      row === undefined
        ? await find(name, { polled, log, signal })
        : { id: row.repo, fullName: row.fullName };
    if (repo !== undefined) members.set(repo.id, { repo, source: "listed" });
  }
  return { members: [...members.values()], requests };
}

async function find(
  name: string,
  { polled, log, signal }: Pick<Refreshing, "polled" | "log" | "signal">,
): Promise<Repo | undefined> {
  try {
    return await polled.forge.repository(name, signal);
  } catch (error) {
    if (!(error instanceof ForgehandError) || error.code !== "FORGE_NOT_FOUND") throw error;
    log.warn({ repository: name, reason: messageOf(error) }, "a repository of the config is not there");
    return undefined;
  }
}

async function inSlices(
  { ledger }: Refreshing,
  steps: readonly ((transaction: StoreTransaction) => Promise<void>)[],
): Promise<void> {
  for (let from = 0; from < steps.length; from += SLICE) {
    const slice = steps.slice(from, from + SLICE);
    await ledger.write(async (transaction) => {
      for (const step of slice) await step(transaction);
    });
  }
}
