import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Store, TurnedAway } from "../core/store.ts";

/** How long what was turned away is kept in memory before it is written (ms): nobody can make us write more often. */
const FLUSH_MS = 5_000;
/** Different ones that are noted between two writes. */
const MOST = 100;
const LONGEST_REASON = 300;

/** Notes of requests whose sender was not proven, so that the owner can see why nothing happens. */
export interface Gate {
  /** Costs nothing that other requests would feel. */
  note(turned: Pick<TurnedAway, "forge" | "address" | "reason">): void;
  /** Write down what was noted, and note no more. */
  stop(): Promise<void>;
}

export function watchGate({
  store,
  log,
  now = () => new Date(),
}: {
  store: Pick<Store, "change">;
  log: Log;
  now?: () => Date;
}): Gate {
  let noted = new Map<string, TurnedAway>();

  async function flush(): Promise<void> {
    if (noted.size === 0) return;
    const all = [...noted.values()];
    noted = new Map();
    try {
      await store.change(async (transaction) => {
        for (const turned of all) await transaction.noteTurnedAway(turned);
      });
    } catch (error) {
      log.warn({ reason: messageOf(error) }, "what was turned away could not be written down");
    }
  }
  const timer = setInterval(() => void flush(), FLUSH_MS).unref();

  return {
    note({ forge, address, reason }) {
      const key = JSON.stringify([forge, address, reason]);
      const before = noted.get(key);
      if (before === undefined && noted.size >= MOST) return;
      const at = now();
      noted.set(key, {
        forge,
        address,
        reason: reason.slice(0, LONGEST_REASON),
        count: (before?.count ?? 0) + 1,
        firstAt: before?.firstAt ?? at,
        lastAt: at,
      });
    },
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}
