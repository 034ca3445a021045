import { ForgehandError } from "../../core/errors.ts";
import type {
  HookPlace,
  HookState,
  HookTrial,
  Level,
  LostDelivery,
  WantedHook,
  Webhooks,
} from "../../core/webhooks.ts";
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

/** What a forge remembers of the deliveries of one webhook. Attempts have the forge's own numbers. */
export interface History {
  /** What reached us neither at first nor when it was sent again, oldest first. */
  lost(since: Date, signal?: AbortSignal): Promise<readonly LostDelivery[]>;
  /** Undefined where the forge has forgotten it, or sends nothing that old again. */
  recover(attempt: number, signal?: AbortSignal): Promise<"resent" | undefined>;
}

/** The calls for webhooks that each send all of their events to one address. */
export interface HookCalls<Hook extends { readonly id: number }> {
  /** All that hang there, those of others too. */
  list(place: HookPlace, signal?: AbortSignal): Promise<readonly Hook[]>;
  addressOf(hook: Hook): string;
  faultsOf(hook: Hook, wanted: WantedHook): readonly string[];
  /** The forge's words for holding deliveries back. Absent where it never does. */
  heldOf?(hook: Hook): string | undefined;
  create(place: HookPlace, wanted: WantedHook, signal?: AbortSignal): Promise<Hook>;
  /** Mend it, with the secret; where the forge holds it back, let it go on. */
  update(place: HookPlace, hook: Hook, wanted: WantedHook, signal?: AbortSignal): Promise<Hook>;
  /** One that is gone already counts as deleted. */
  delete(place: HookPlace, hook: Hook, signal?: AbortSignal): Promise<unknown>;
  test(place: HookPlace, hook: Hook, signal?: AbortSignal): Promise<HookTrial>;
  history(place: HookPlace, id: number): History;
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
export function oneHook<Hook extends { readonly id: number }>(calls: HookCalls<Hook>): Hooks {
  const ours = async (place: HookPlace, url: string, signal?: AbortSignal) =>
    (await calls.list(place, signal)).filter((hook) => sendsTo(url, calls.addressOf(hook)));

  /** What is seen of the webhooks of ours that hang at one place: there should be one. */
  function stateOf(hooks: readonly Hook[], wanted: WantedHook): HookState {
    const [first] = hooks;
    if (first === undefined) return { ids: [], faults: [] };
    const held = calls.heldOf?.(first);
    const doubles = hooks.length > 1 ? [`is there ${hooks.length} times`] : [];
    return {
      ids: hooks.map(({ id }) => String(id)),
      faults: [...calls.faultsOf(first, wanted), ...doubles],
      ...(held === undefined ? {} : { held }),
    };
  }

  return {
    inspect: async (place, wanted, signal) => stateOf(await ours(place, wanted.url, signal), wanted),

    async ensure(place, wanted, { renew }, signal) {
      const [first, ...doubles] = await ours(place, wanted.url, signal);
      // Before the first is mended: two of the same address and events are refused by some.
      for (const double of doubles) await calls.delete(place, double, signal);
      if (first === undefined) return stateOf([await calls.create(place, wanted, signal)], wanted);
      const { faults, held } = stateOf([first], wanted);
      const isWell = faults.length === 0 && held === undefined && !renew;
      return stateOf([isWell ? first : await calls.update(place, first, wanted, signal)], wanted);
    },

    async remove(place, url, signal) {
      const found = await ours(place, url, signal);
      for (const hook of found) await calls.delete(place, hook, signal);
      return found.length;
    },

    async test(place, { url }, signal) {
      const [hook] = await ours(place, url, signal);
      return hook === undefined ? { kind: "unsupported" } : calls.test(place, hook, signal);
    },

    async lost(place, url, since, signal) {
      const [hook] = await ours(place, url, signal);
      if (hook === undefined) return [];
      const lost = await calls.history(place, hook.id).lost(since, signal);
      return lost.map((one) => ({ ...one, attempt: `${hook.id}/${one.attempt}` }));
    },

    /** Only together with the number of its webhook an attempt is found again. */
    recover(place, _url, { attempt }, signal) {
      const [id, number] = attempt.split("/").map(Number);
      return calls.history(place, id ?? Number.NaN).recover(number ?? Number.NaN, signal);
    },
  };
}

/** One attempt to bring a delivery. */
export interface HookAttempt {
  readonly id: number;
  /** What all attempts of a delivery share, and what its id is here; undefined where the forge does not tell. */
  readonly delivery: string | undefined;
  readonly at: Date;
  readonly arrived: boolean;
}

/** The deliveries that none of their attempts brought, each once. Attempts come newest first. */
export function lostAmong(attempts: readonly HookAttempt[]): LostDelivery[] {
  const arrived = new Set(attempts.filter((one) => one.arrived).map(({ delivery }) => delivery));
  const lost = new Map<string, LostDelivery>();
  for (const { id, delivery, at, arrived: isThere } of attempts) {
    if (isThere || (delivery !== undefined && arrived.has(delivery))) continue;
    const key = delivery ?? String(id);
    const attempt = lost.get(key)?.attempt ?? String(id);
    lost.set(key, { attempt, at, ...(delivery === undefined ? {} : { id: delivery }) });
  }
  return [...lost.values()].reverse();
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
