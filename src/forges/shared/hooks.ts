import { ForgehandError } from "../../core/errors.ts";
import type { HookPlace, HookState, Level, WantedHook, Webhooks } from "../../core/webhooks.ts";
import { AnswerError, isGone, isRefusal } from "./refusals.ts";

/** What is done with the webhooks of one level, at a forge with a delivery history. */
export type Hooks = Required<Omit<Webhooks, "levels" | "advice">>;

/** One level of a forge. */
export interface HookLevel {
  /** The forge's own word for it. */
  readonly word: string;
  /** A sentence that says which right it takes. */
  readonly needs: string;
  readonly hooks: Hooks;
}

/** What is seen of one webhook. */
export interface SeenHook {
  readonly id: string;
  readonly url: string;
  readonly faults: readonly string[];
  readonly held?: string;
}

/** The calls for webhooks that each send all of their events to one address. */
export interface HookCalls<Hook> {
  /** All that hang there, those of others too. */
  list(place: HookPlace, signal?: AbortSignal): Promise<readonly Hook[]>;
  readonly see: (hook: Hook) => SeenHook;
  create(place: HookPlace, wanted: WantedHook, signal?: AbortSignal): Promise<Hook>;
  /** Mend it, with the secret. */
  update(place: HookPlace, hook: Hook, wanted: WantedHook, signal?: AbortSignal): Promise<Hook>;
  /** One that is gone already counts as deleted. */
  delete(place: HookPlace, hook: Hook, signal?: AbortSignal): Promise<unknown>;
}

/** Whether a webhook with this address is ours: it sends to ours, or to one of the paths that stand below it. */
export function sendsTo(address: string, url: string): boolean {
  return url === address || url.startsWith(`${address}/-/`);
}

/** The webhooks of a forge, each level by its own calls. A refusal says which right the level takes. */
export function webhooksAt(
  kinds: Readonly<Partial<Record<Level, HookLevel>>>,
  advice: readonly string[],
): Webhooks {
  const levels = Object.fromEntries(Object.entries(kinds).map(([level, { word }]) => [level, word]));

  async function at<T>({ level }: HookPlace, call: (hooks: Hooks) => Promise<T>): Promise<T> {
    const kind = kinds[level];
    if (kind === undefined) throw unknownLevel(level, Object.values(levels));
    try {
      return await call(kind.hooks);
    } catch (error) {
      throw isKeptOut(error) ? needing(kind.needs, error) : error;
    }
  }

  return {
    levels,
    advice,
    inspect: (place, ...rest) => at(place, (hooks) => hooks.inspect(place, ...rest)),
    ensure: (place, ...rest) => at(place, (hooks) => hooks.ensure(place, ...rest)),
    remove: (place, ...rest) => at(place, (hooks) => hooks.remove(place, ...rest)),
    test: (place, ...rest) => at(place, (hooks) => hooks.test(place, ...rest)),
    lost: (place, ...rest) => at(place, (hooks) => hooks.lost(place, ...rest)),
    recover: (place, ...rest) => at(place, (hooks) => hooks.recover(place, ...rest)),
  };
}

/** Look after the one webhook that is ours among those of a place. Doubles of it are deleted. */
export function oneHook<Hook>(calls: HookCalls<Hook>): Pick<Hooks, "inspect" | "ensure" | "remove"> {
  const ours = async (place: HookPlace, url: string, signal?: AbortSignal) =>
    (await calls.list(place, signal)).filter((hook) => sendsTo(url, calls.see(hook).url));

  return {
    inspect: async (place, { url }, signal) => stateOf((await ours(place, url, signal)).map(calls.see)),

    async ensure(place, wanted, { renew }, signal) {
      const [first, ...doubles] = await ours(place, wanted.url, signal);
      // Before the first is mended: two of the same address and events are refused by some.
      for (const double of doubles) await calls.delete(place, double, signal);
      if (first === undefined) return stateOf([calls.see(await calls.create(place, wanted, signal))]);
      const { faults, held } = calls.see(first);
      const isWell = faults.length === 0 && held === undefined && !renew;
      return stateOf([calls.see(isWell ? first : await calls.update(place, first, wanted, signal))]);
    },

    async remove(place, url, signal) {
      const found = await ours(place, url, signal);
      for (const hook of found) await calls.delete(place, hook, signal);
      return found.length;
    },
  };
}

/** What is seen of the webhooks of ours that hang at one place: there should be one. */
function stateOf(hooks: readonly SeenHook[]): HookState {
  const [first] = hooks;
  if (first === undefined) return { ids: [], faults: [] };
  const { faults, held } = first;
  return {
    ids: hooks.map(({ id }) => id),
    faults: hooks.length > 1 ? [...faults, `is there ${hooks.length} times`] : faults,
    ...(held === undefined ? {} : { held }),
  };
}

/** Whether a right may be missing: some forges say so by denying that there is anything. */
function isKeptOut(error: unknown): error is ForgehandError {
  return isGone(error) || (isRefusal(error) && error instanceof AnswerError && error.status === 403);
}

function needing(right: string, error: ForgehandError): ForgehandError {
  return new ForgehandError(error.code, `${error.message} ${right}`, { cause: error });
}

function unknownLevel(level: Level, words: readonly unknown[]): ForgehandError {
  const message = `Webhooks of the level ${level} cannot be looked after here, but those of: ${words.join(", ")}.`;
  return new ForgehandError("FORGE_REFUSED", message);
}
