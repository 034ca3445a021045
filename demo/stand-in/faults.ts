import type { Answer } from "./answer.ts";

/** Which request is meant: by method, and by path or a pattern of it. */
export interface RequestMatch {
  readonly method?: string;
  readonly path?: string | RegExp;
}

/**
 * What happens to a request instead of what is usual. `hang`: nothing, until it is released, then the usual. `reset`:
 * the connection breaks before anything was done; `lose`: after it was done, so that nobody hears of it.
 */
export type FaultAnswer = Answer | "hang" | "reset" | "lose";

/** A fault that was asked for. */
export interface Fault {
  /** Resolves when a request has met it. */
  readonly taken: Promise<void>;
  /** Let a hanging request go on. */
  release(): void;
}

interface Waiting {
  readonly match: RequestMatch;
  readonly answer: FaultAnswer;
  readonly taken: () => void;
  readonly released: Promise<void>;
}

/** Faults that wait for their request, first come first served. */
export interface Faults {
  add(match: RequestMatch, answer: FaultAnswer): Fault;
  /** Take the fault that this request meets, if there is one. */
  take(method: string, path: string): Waiting | undefined;
}

export function createFaults(): Faults {
  const waiting: Waiting[] = [];
  return {
    add: (match, answer) => {
      const taken = Promise.withResolvers<undefined>();
      const released = Promise.withResolvers<undefined>();
      waiting.push({ match, answer, taken: () => taken.resolve(undefined), released: released.promise });
      return { taken: taken.promise, release: () => released.resolve(undefined) };
    },
    take: (method, path) => {
      const at = waiting.findIndex(({ match }) => meets(match, method, path));
      const [fault] = at === -1 ? [] : waiting.splice(at, 1);
      fault?.taken();
      return fault;
    },
  };
}

function meets(match: RequestMatch, method: string, path: string): boolean {
  if (match.method !== undefined && match.method !== method) return false;
  if (match.path === undefined) return true;
  return typeof match.path === "string" ? match.path === path : match.path.test(path);
}
