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
import { sendsTo } from "./hook-address.ts";
import { LACKS_A_RIGHT } from "./answers.ts";
import { isKeptOut, unlessGone } from "./refusals.ts";

/** What is done with the webhooks of one level. */
export type Hooks = Omit<Webhooks, "levels" | "advice">;

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

type HistoryAt = (place: HookPlace, id: number) => History;

/** The calls for webhooks that each send all of their events to one address. */
export interface HookCalls<Hook extends { readonly id: number | string }> {
  /** All that hang there, those of others too. */
  list(place: HookPlace, signal?: AbortSignal): Promise<readonly Hook[]>;
  addressOf(hook: Hook): string;
  faultsOf(hook: Hook, wanted: WantedHook): readonly string[];
  /** The forge's words for holding deliveries back. Absent where it never does. */
  heldOf?(hook: Hook): string | undefined;
  /** Answers it as it is then; undefined where only the list tells, which also tells whether it was made at all. */
  create(place: HookPlace, wanted: WantedHook, signal?: AbortSignal): Promise<Hook | undefined>;
  /**
   * Mend it, with the secret; where the forge holds it back, let it go on. Absent where the forge's API changes no secret:
   * who changed the rest may have changed that too, and nobody can see it, so that a new one takes its place.
   */
  update?(place: HookPlace, hook: Hook, wanted: WantedHook, signal?: AbortSignal): Promise<Hook | undefined>;
  /**
   * Make a new one in place of these, which go afterwards. Beside `update` for those that are held back, where the forge
   * knows nothing against a new one; `create` if absent.
   */
  replace?(
    place: HookPlace,
    old: readonly Hook[],
    wanted: WantedHook,
    signal?: AbortSignal,
  ): Promise<Hook | undefined>;
  delete(place: HookPlace, hook: Hook, signal?: AbortSignal): Promise<unknown>;
  /** Absent where none can be tried. */
  test?(place: HookPlace, hook: Hook, signal?: AbortSignal): Promise<HookTrial>;
  /** Absent where the forge keeps none. */
  readonly history?: HistoryAt;
}

/** What is wrong with a webhook in the same way everywhere. */
export function usualFaults(
  hook: { readonly active: boolean; readonly events?: readonly string[] | null | undefined },
  wanted: readonly string[],
): string[] {
  const lacking = wanted.filter((event) => !hook.events?.includes(event));
  return [...(hook.active ? [] : ["is switched off"]), ...lacking.map((event) => `lacks the event ${event}`)];
}

/** Those that send to our address, the plainest first: that one is kept. */
export function oursAmong<Hook>(
  hooks: readonly Hook[],
  url: string,
  addressOf: (hook: Hook) => string,
): readonly Hook[] {
  return hooks
    .filter((hook) => sendsTo(addressOf(hook), url))
    .toSorted((one, other) => addressOf(one).length - addressOf(other).length);
}

/** The webhooks of a forge, each level by its own calls. A refusal says which right the level takes. */
export function webhooksAt(
  kinds: Readonly<Partial<Record<Level, HookLevel>>>,
  advice: readonly string[],
): Webhooks {
  const levels = Object.fromEntries(Object.entries(kinds).map(([level, { word }]) => [level, word]));
  const remember = Object.values(kinds).some(({ hooks }) => hooks.lost !== undefined);

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
    ...(remember && {
      lost: (place, ...rest) => at(place, async (hooks) => (await hooks.lost?.(place, ...rest)) ?? []),
      recover: (place, ...rest) => at(place, async (hooks) => hooks.recover?.(place, ...rest)),
    }),
  };
}

/** Look after the one webhook that is ours among those of a place. Doubles of it are deleted. */
export function oneHook<Hook extends { readonly id: number | string }>(calls: HookCalls<Hook>): Hooks {
  const { history } = calls;
  const ours = async (place: HookPlace, url: string, signal?: AbortSignal) =>
    oursAmong(await calls.list(place, signal), url, (hook) => calls.addressOf(hook));

  /** What is seen of the webhooks of ours that hang at one place: there should be one. */
  function stateOf(hooks: readonly Hook[], wanted: WantedHook): HookState {
    const faults = new Set(hooks.flatMap((hook) => calls.faultsOf(hook, wanted)));
    if (hooks.length > 1) faults.add(`is there ${hooks.length} times`);
    const held = hooks[0] && calls.heldOf?.(hooks[0]);
    return {
      ids: hooks.map(({ id }) => String(id)),
      faults: [...faults],
      ...(held === undefined ? {} : { held }),
    };
  }

  /** Answers how many were there to delete. */
  async function deleteAll(place: HookPlace, hooks: readonly Hook[], signal?: AbortSignal): Promise<number> {
    let deleted = 0;
    for (const hook of hooks) if (await unlessGone(calls.delete(place, hook, signal))) deleted += 1;
    return deleted;
  }

  /** The old ones go last: what happens meanwhile comes twice rather than not at all. */
  async function replace(place: HookPlace, old: readonly Hook[], wanted: WantedHook, signal?: AbortSignal) {
    const made = calls.replace
      ? await calls.replace(place, old, wanted, signal)
      : await calls.create(place, wanted, signal);
    const isThere = made !== undefined || (await ours(place, wanted.url, signal)).length > old.length;
    if (isThere) await deleteAll(place, old, signal);
    return made;
  }

  /** Make one of those that are there as it is wanted. Undefined where only the list tells what it is then. */
  async function mend(
    place: HookPlace,
    found: readonly [Hook, ...Hook[]],
    wanted: WantedHook,
    { renew, signal }: { readonly renew: boolean; readonly signal: AbortSignal | undefined },
  ): Promise<Hook | undefined> {
    const [first, ...doubles] = found;
    const { faults, held } = stateOf([first], wanted);
    if (!calls.update || (calls.replace && held !== undefined)) return replace(place, found, wanted, signal);
    // Before the first is mended: two of the same address and events are refused by some.
    await deleteAll(place, doubles, signal);
    const isWell = faults.length === 0 && held === undefined && !renew;
    return isWell ? first : calls.update(place, first, wanted, signal);
  }

  return {
    inspect: async (place, wanted, signal) => stateOf(await ours(place, wanted.url, signal), wanted),

    async ensure(place, wanted, { renew }, signal) {
      const found = await ours(place, wanted.url, signal);
      const [first, ...doubles] = found;
      const state = stateOf(found, wanted);
      const isWell = state.faults.length === 0 && state.held === undefined;
      if (first !== undefined && isWell && !renew) return state;
      const now =
        first === undefined
          ? await calls.create(place, wanted, signal)
          : await mend(place, [first, ...doubles], wanted, { renew, signal });
      return stateOf(now === undefined ? await ours(place, wanted.url, signal) : [now], wanted);
    },

    async remove(place, url, signal) {
      return deleteAll(place, await ours(place, url, signal), signal);
    },

    async test(place, { url }, signal) {
      if (!calls.test) return { kind: "unsupported" };
      const [hook] = await ours(place, url, signal);
      return hook === undefined ? { kind: "unsupported" } : calls.test(place, hook, signal);
    },

    ...(history && remembered(history, ours)),
  };
}

/** What the history of the one that is ours tells. Only together with the number of its webhook an attempt is found again. */
function remembered(
  history: HistoryAt,
  ours: (place: HookPlace, url: string, signal?: AbortSignal) => Promise<readonly { id: number | string }[]>,
): Required<Pick<Hooks, "lost" | "recover">> {
  return {
    async lost(place, url, since, signal) {
      const [hook] = await ours(place, url, signal);
      if (hook === undefined) return [];
      const lost = await history(place, Number(hook.id)).lost(since, signal);
      return lost.map((one) => ({ ...one, attempt: `${hook.id}/${one.attempt}` }));
    },

    recover(place, _url, { attempt }, signal) {
      const [id = Number.NaN, number = Number.NaN] = attempt.split("/").map(Number);
      return history(place, id).recover(number, signal);
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

/** The refusal with the right in place of the words that say that one is missing, or after what else it says. */
function needing(right: string, error: ForgehandError): ForgehandError {
  const isSaid = error.message.includes(LACKS_A_RIGHT);
  const message = isSaid ? error.message.replace(LACKS_A_RIGHT, () => right) : `${error.message} ${right}`;
  return new ForgehandError(error.code, message, { cause: error });
}

function unknownLevel(level: Level, words: readonly unknown[]): ForgehandError {
  const message = `Webhooks of the level ${level} cannot be looked after here, but those of: ${words.join(", ")}.`;
  return new ForgehandError("FORGE_REFUSED", message);
}
