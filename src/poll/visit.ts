import { POLL_DOOR } from "../core/delivery.ts";
import { ForgehandError, messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { RememberedWatch } from "../core/watch.ts";
import { toArrival } from "./finding.ts";
import type { Intervals } from "./interval.ts";
import { isTold } from "./interval.ts";
import type { Ledger } from "./ledger.ts";
import type { Look } from "./look.ts";
import { kindsOf, lookAt } from "./look.ts";
import { readMemory, writeMemory } from "./memory.ts";
import type { PolledForge, PollTools } from "./polled.ts";
import { isOurs, pauseAfter, putsOff } from "./trouble.ts";

/** Findings that are kept in one transaction. */
const FINDINGS = 100;
/** How long a repository of which nothing is wanted is left alone. */
const UNWANTED_MS = 3_600_000;

/** What a look at one of the repositories of a forge needs. */
export interface Visiting extends Pick<PollTools, "wanted" | "wants"> {
  readonly polled: PolledForge;
  readonly intervals: Intervals;
  readonly ledger: Ledger;
  readonly now: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Requests that the next look at a repository will take: as many as the last one, or one for each list. */
export function costOf(
  { wanted, polled }: Pick<Visiting, "wanted" | "polled">,
  { fullName, cost }: { fullName: string; cost?: number },
): number {
  const kinds = kindsOf(wanted(polled.name, fullName));
  return kinds === 0 ? 0 : (cost ?? kinds);
}

/** Look at one repository and keep what it came to. Trouble there is written down; what is ours is thrown. */
export async function visit(visiting: Visiting, watch: RememberedWatch): Promise<void> {
  const { polled, ledger, now, signal } = visiting;
  const { repo, fullName } = watch;
  const wanted = visiting.wanted(polled.name, fullName);
  if (kindsOf(wanted) === 0) {
    const dueAt = new Date(now() + UNWANTED_MS);
    await ledger.write((transaction) => transaction.saveLook({ forge: polled.name, repo, dueAt }));
    return;
  }
  const planned = costOf(visiting, watch);
  ledger.pay(planned);
  const before = readMemory(watch.memory);
  const looking = { forge: polled.forge, repo: { id: repo, fullName }, wanted, now: now(), signal };
  try {
    const look = await lookAt(looking, before);
    ledger.pay(look.requests - planned);
    // The first look takes pages that no later one will.
    await keep(visiting, watch, look, before.wanted === "" ? kindsOf(wanted) : look.requests);
  } catch (error) {
    signal.throwIfAborted();
    if (isOurs(error)) throw error;
    await putUpWith(visiting, watch, error);
  }
}

/** What was found and what is remembered go to disk together: nothing is lost, and nothing is found twice. */
async function keep(
  { polled, intervals, ledger, now, log, wants }: Visiting,
  watch: RememberedWatch,
  { found, memory }: Look,
  cost: number,
): Promise<void> {
  const { name: forge } = polled;
  const { repo } = watch;
  const arrivals = found
    .map((one) => toArrival(forge, one, new Date(now())))
    .filter(({ reading }) => wants(reading, { forge, door: POLL_DOOR }));
  while (arrivals.length > FINDINGS) {
    const slice = arrivals.splice(0, FINDINGS);
    await ledger.write(async (transaction) => {
      for (const arrival of slice) await transaction.keepFinding(arrival);
    });
  }
  const dueAt = new Date(now() + (isTold(watch) ? intervals.slow : intervals.fast));
  const text = writeMemory(memory);
  await ledger.write(async (transaction) => {
    for (const arrival of arrivals) await transaction.keepFinding(arrival);
    const changed = text !== watch.memory && { memory: text };
    await transaction.saveLook({ forge, repo, dueAt, cost, ...changed });
  });
  if (found.length > 0) {
    log.info({ repository: watch.fullName, found: found.length }, "something was found by looking");
  }
}

/** Leave the forge alone, or this repository: longer after each look in vain. It is told once. */
async function putUpWith(
  { polled, intervals, ledger, now, log }: Visiting,
  { repo, fullName, memory }: RememberedWatch,
  error: unknown,
): Promise<void> {
  const code = error instanceof ForgehandError ? error.code : undefined;
  const told = { repository: fullName, code, reason: messageOf(error) };
  const off = putsOff(error);
  if (off !== undefined) {
    ledger.leave(off);
    log.warn(told, "a forge is not polled for a while");
    await ledger.write();
    return;
  }
  const before = readMemory(memory);
  const failures = before.failures + 1;
  if (failures === 1) log.warn(told, "a repository could not be looked at");
  else log.debug(told, "a repository could not be looked at again");
  const dueAt = new Date(now() + pauseAfter(error, failures, intervals.fast));
  await ledger.write((transaction) =>
    transaction.saveLook({ forge: polled.name, repo, dueAt, memory: writeMemory({ ...before, failures }) }),
  );
}
