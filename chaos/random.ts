/** Chance that can be had again: the same seed gives the same answers in the same order. */
export interface Random {
  /** At least 0 and less than 1. */
  next(): number;
  /** A whole number of at least 0 and less than `end`. */
  below(end: number): number;
  pick<T>(some: readonly T[]): T;
  shuffled<T>(some: readonly T[]): T[];
}

/** Source: Tommy Ettinger's mulberry32, 32 bits of state, good enough to choose by. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    next,
    below,
    pick(some) {
      const one = some[below(some.length)];
      if (one === undefined) throw new RangeError("there is nothing to choose from");
      return one;
    },
    shuffled(some) {
      return some
        .map((one) => ({ one, at: next() }))
        .sort((left, right) => left.at - right.at)
        .map(({ one }) => one);
    },
  };
}
