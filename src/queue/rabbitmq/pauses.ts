const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** What held so long has recovered: the next pause is a short one again. */
const WELL_MS = 60_000;

/** How long to wait before something is tried again, so that neither the broker nor the log is flooded. */
export interface Pauses {
  /** It works from now on. */
  begun(): void;
  /** Milliseconds to wait, since it failed or is over: from 1 s doubling to 30 s, less up to half of it. */
  next(): number;
}

export function createPauses(): Pauses {
  let longest = FIRST_MS;
  let since: number | undefined;
  return {
    begun() {
      since = performance.now();
    },
    next() {
      if (since !== undefined && performance.now() - since > WELL_MS) longest = FIRST_MS;
      since = undefined;
      const pause = Math.round(longest * (1 - Math.random() / 2));
      longest = Math.min(longest * 2, LONGEST_MS);
      return pause;
    },
  };
}
