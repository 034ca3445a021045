import type { WebhookRequest } from "../core/delivery.ts";
import type { ErrorCode } from "../core/errors.ts";
import { ForgehandError, messageOf } from "../core/errors.ts";
import type { Forge } from "../core/forge.ts";
import type { Claim } from "../core/job.ts";
import type { KeptHook, Outcome, Recovery } from "../core/kept-hook.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import type { LostDelivery } from "../core/webhooks.ts";
import { lostSince, owed } from "./owed.ts";

/** Deliveries that are brought at one look: what is more than that is brought at the next, which comes soon. */
const AT_ONCE = 50;

/** Errors that say nothing of the one delivery: all others would meet them too. */
const WAITING: readonly ErrorCode[] = ["FORGE_RATE_LIMITED", "FORGE_BREAKER_OPEN"];

/** Reads a request of a forge as if it had come to its address, and keeps it. Resolves when it is safe on disk. */
export type Bring = (forge: string, request: WebhookRequest) => Promise<void>;

export interface Healing {
  readonly store: Store;
  readonly forge: Forge;
  readonly bring: Bring;
  readonly claim: Claim;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** How far a look at what was lost came. */
export interface Healed {
  /** What was lost before that moment is seen to. */
  readonly until: Date;
  /** True where something is left for the next look. */
  readonly left: boolean;
  /** Milliseconds that the forge wants to be left alone for. */
  readonly retryAfter?: number;
}

/** Bring what a webhook lost since the last look, each delivery once. */
export async function heal(healing: Healing, hook: KeptHook): Promise<Healed> {
  const { store, forge, signal, log } = healing;
  const { webhooks } = forge;
  const began = new Date();
  const since = lostSince(hook, began);
  const lost = (await webhooks.lost?.(hook.place, hook.url, since, signal)) ?? [];
  if (lost.length === 0) return { until: began, left: false };

  const ids = lost.flatMap(({ id }) => id ?? []);
  const known = await store.knownDeliveries(forge.name, ids);
  const recoveries = await store.recoveries(hook, since);
  const toBring = owed(lost, { known, recoveries });
  const unfinished = toBring.slice(AT_ONCE);
  const counts = { resent: 0, read: 0, gone: 0, refused: 0, asked: 0 };
  let waitsFor: ForgehandError | undefined;
  for (const one of toBring.slice(0, AT_ONCE)) {
    const tries = (recoveries.find(({ attempt }) => attempt === one.attempt)?.tries ?? 0) + 1;
    const outcome = waitsFor ?? (await bringOne(healing, hook, one, tries));
    if (typeof outcome === "string") counts[outcome] += 1;
    else waitsFor = outcome;
    if (typeof outcome !== "string" || outcome === "asked") unfinished.push(one);
  }
  const left = unfinished.length;
  if (toBring.length > 0) {
    const { asked: failed, ...ended } = counts;
    log.info({ lost: lost.length, ...ended, failed, left }, "lost deliveries were asked for again");
  }
  const retryAfter = waitsFor?.retryAfter;
  return {
    until: new Date(Math.min(began.getTime(), ...unfinished.map(({ at }) => at.getTime()))),
    left: left > 0,
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/**
 * Bring one delivery, writing down before and after what is done. Answers the error where the forge wants to be left
 * alone: then it counts as not begun.
 */
async function bringOne(
  { store, forge, bring, claim, signal, log }: Healing,
  hook: KeptHook,
  lost: LostDelivery,
  tries: number,
): Promise<Outcome | ForgehandError> {
  const note = async (outcome: Outcome, begun: number): Promise<void> => {
    const { attempt, id, at: lostAt } = lost;
    const recovery: Recovery = { attempt, ...(id !== undefined && { id }), lostAt, outcome, tries: begun };
    const written = await store.write(claim, async (transaction) => {
      await transaction.saveRecovery(hook, recovery);
      return "written" as const;
    });
    if (written === "lost")
      throw new ForgehandError("CLAIM_LOST", "Another worker looks after the webhooks now.");
  };
  await note("asked", tries);
  try {
    const found = await forge.webhooks.recover?.(hook.place, hook.url, lost, signal);
    if (found !== undefined && found !== "resent") await bring(forge.name, found);
    const outcome = found === undefined ? "gone" : found === "resent" ? "resent" : "read";
    await note(outcome, tries);
    return outcome;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ForgehandError) || !error.code.startsWith("FORGE_")) throw error;
    if (WAITING.includes(error.code)) {
      await note("asked", tries - 1);
      return error;
    }
    log.warn(
      { attempt: lost.attempt, code: error.code, reason: messageOf(error) },
      "a lost delivery was not brought",
    );
    const outcome = error.retryable ? "asked" : "refused";
    await note(outcome, tries);
    return outcome;
  }
}
