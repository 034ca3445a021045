/** Lets one at a time through, in the order of asking. */
export interface Mutex {
  /** Whether somebody is inside now. */
  readonly held: boolean;
  /** Resolves when it is our turn. Whoever was let in says `release` exactly once. */
  acquire(): Promise<void>;
  release(): void;
}

export function createMutex(): Mutex {
  const waiting: (() => void)[] = [];
  let held = false;
  return {
    get held() {
      return held;
    },
    acquire() {
      if (held) return new Promise((resolve) => waiting.push(resolve));
      held = true;
      return Promise.resolve();
    },
    release() {
      const next = waiting.shift();
      // The turn passes on without a gap, so that nobody slips in between.
      if (next === undefined) held = false;
      else next();
    },
  };
}
