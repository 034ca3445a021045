import type { Decision } from "../core/decision.ts";
import type { KeptDelivery, Store } from "../core/store.ts";
import { BODY_PRUNED, BODY_UNWANTED, whyBodyless } from "../core/store.ts";
import { decided } from "./await.ts";

/** Deliveries that are asked for before we wait for what comes of them. */
const BATCH = 50;

/** Why a delivery cannot be matched again; undefined where it can. */
export function replayable({
  reading,
  reason,
  body,
  decisions,
}: Pick<KeptDelivery, "reading" | "reason" | "body" | "decisions">): string | undefined {
  if (reading !== "event") return `It is ${reading}: ${reason}`;
  if (body !== undefined) return undefined;
  return whyBodyless({ reading, decisions }) === "light" ? BODY_UNWANTED : BODY_PRUNED;
}

/** What became of a delivery that was to be matched again. */
export interface Replayed {
  readonly delivery: string;
  readonly state: "matched" | "not replayable" | "not matched yet";
  /** Why it is not replayable. */
  readonly reason?: string;
  readonly decisions?: readonly Decision[];
}

/**
 * Match kept deliveries again for real, by the workers that are there. Keys and requests keep one happening from making
 * two runs; a run that ended badly is repeated. `wait`: milliseconds that each batch may take.
 */
export async function* replay(
  store: Store,
  keys: AsyncIterable<string> | Iterable<string>,
  { wait }: { wait: number },
): AsyncGenerator<Replayed> {
  let batch: string[] = [];
  for await (const key of keys) {
    const kept = await store.delivery(key);
    const why = kept === undefined ? "It is gone." : replayable(kept);
    if (why === undefined) batch.push(key);
    else yield { delivery: key, state: "not replayable", reason: why };
    if (batch.length < BATCH) continue;
    yield* replayBatch(store, batch, wait);
    batch = [];
  }
  yield* replayBatch(store, batch, wait);
}

async function* replayBatch(store: Store, keys: readonly string[], wait: number): AsyncGenerator<Replayed> {
  await store.change(async (transaction) => {
    for (const key of keys) await transaction.ask("match", key);
  });
  const until = performance.now() + wait;
  for (const delivery of keys) {
    const decisions = await decided(store, delivery, Math.max(0, until - performance.now()));
    yield decisions === undefined
      ? { delivery, state: "not matched yet" }
      : { delivery, state: "matched", decisions };
  }
}

/** Kept deliveries since a moment, newest first, without their bodies. */
export async function* deliveriesSince(
  store: Pick<Store, "deliveries">,
  { since, forge }: { since: Date; forge?: string | undefined },
): AsyncGenerator<KeptDelivery> {
  let before: string | undefined;
  for (;;) {
    const page = await store.deliveries({ limit: 200, before, ...(forge !== undefined && { forge }) });
    for (const one of page) {
      if (one.receivedAt < since) return;
      yield one;
    }
    before = page.at(-1)?.key;
    if (before === undefined) return;
  }
}
