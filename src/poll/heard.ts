import type { Delivery, Reading } from "../core/delivery.ts";
import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import type { Watch } from "../core/watch.ts";

/** How long what webhooks told is kept in memory before it is written. */
const FLUSH_MS = 5_000;
const SLICE = 100;
/** Repositories that are noted between two writes. */
const MOST = 10_000;

type Heard = Pick<Watch, "forge" | "repo" | "fullName"> & { at: Date };

/** Notes of which repositories webhooks arrive. They are hints: losing some costs a look that was not needed. */
export interface Hearing {
  /** Costs nothing that a delivery would feel. */
  note(delivery: Pick<Delivery, "forge" | "receivedAt">, reading: Reading): void;
  /** Write down what was noted, and listen no more. */
  stop(): Promise<void>;
}

export function startHearing(options: {
  store: Pick<Store, "change">;
  isPolled: (forge: string) => boolean;
  log: Log;
}): Hearing {
  const { store, isPolled, log } = options;
  let heard = new Map<string, Heard>();

  async function flush(): Promise<void> {
    const all = [...heard.values()];
    heard = new Map();
    for (let from = 0; from < all.length; from += SLICE) {
      await store.change(async (transaction) => {
        for (const one of all.slice(from, from + SLICE)) await transaction.noteWebhook(one);
      });
    }
  }
  const flushOrTell = async (): Promise<void> => {
    try {
      await flush();
    } catch (error) {
      log.warn({ reason: messageOf(error) }, "of which repositories webhooks arrive could not be written");
    }
  };
  const timer = setInterval(() => void flushOrTell(), FLUSH_MS);
  timer.unref();

  return {
    note({ forge, receivedAt }, reading) {
      if (reading.kind !== "event" || !isPolled(forge)) return;
      const repo = reading.events[0]?.repo;
      if (repo === undefined) return;
      const key = `${forge} ${repo.id}`;
      if (heard.size < MOST || heard.has(key)) {
        heard.set(key, { forge, repo: repo.id, fullName: repo.fullName, at: receivedAt });
      }
    },
    async stop() {
      clearInterval(timer);
      await flushOrTell();
    },
  };
}
