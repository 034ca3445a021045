import { ForgehandError } from "../core/errors.ts";
import type { Claim } from "../core/job.ts";
import type { Store, StoreTransaction } from "../core/store.ts";
import type { Purse } from "./budget.ts";
import { filled, fullPurse, spent, waitFor } from "./budget.ts";
import type { PolledForge } from "./polled.ts";
import { readState } from "./state.ts";

/** What is kept for a whole forge: what was spent, and until when it is left alone. Whatever a round writes carries it. */
export interface Ledger {
  /** Milliseconds for which the forge is left alone; 0 where it is not. */
  leftAlone(): number;
  /** Leave it alone for a while. */
  leave(milliseconds: number): void;
  pay(requests: number): void;
  /** Milliseconds until so many requests are free. */
  dearth(requests: number): number;
  /** One transaction of the round. Throws CLAIM_LOST where another worker polls the forge by now. */
  write(step?: (transaction: StoreTransaction) => Promise<void>): Promise<void>;
}

export async function openLedger(
  { name, perHour }: PolledForge,
  { store, claim, now }: { store: Store; claim: Claim; now: () => number },
): Promise<Ledger> {
  let { purse, until } = readState(await store.polling(name));

  /** What is free now; undefined without a budget. */
  const held = (): { purse: Purse; perHour: number } | undefined =>
    perHour === undefined
      ? undefined
      : { purse: filled(purse ?? fullPurse(perHour, now()), perHour, now()), perHour };

  return {
    leftAlone: () => Math.max(0, (until ?? 0) - now()),
    leave: (milliseconds) => void (until = now() + milliseconds),
    pay(requests) {
      const free = held();
      if (free !== undefined) purse = spent(free.purse, requests);
    },
    dearth(requests) {
      const free = held();
      return free === undefined ? 0 : waitFor(requests, free.purse, free.perHour);
    },
    async write(step) {
      const written = await store.write(claim, async (transaction) => {
        await step?.(transaction);
        await transaction.savePolling(name, JSON.stringify({ purse, until }));
      });
      if (written !== "lost") return;
      throw new ForgehandError(
        "CLAIM_LOST",
        "Another worker polls this forge by now, so this one writes nothing.",
      );
    },
  };
}
