import type { HookPlace, HookState, WantedHook, Webhooks } from "../../core/webhooks.ts";
import { sendsTo } from "./hook-address.ts";
import { unlessGone } from "./refusals.ts";

/** A webhook as a forge has it, in our words. */
export interface FoundHook {
  /** The forge's id of it. */
  readonly id: string;
  readonly url: string;
  /** See `HookState`. */
  readonly faults: readonly string[];
  readonly held?: string | undefined;
}

/** The calls of a forge that has one webhook for all events. */
export interface HookCalls<Hook extends FoundHook> {
  /** All that hang at a place, those of others too. */
  list(place: HookPlace, signal?: AbortSignal): Promise<readonly Hook[]>;
  create(place: HookPlace, wanted: WantedHook, signal?: AbortSignal): Promise<unknown>;
  /** Make one as it should be, with its secret. Its address stays: it is ours, whatever follows in it. */
  update(place: HookPlace, hook: Hook, wanted: WantedHook, signal?: AbortSignal): Promise<unknown>;
  remove(place: HookPlace, hook: Hook, signal?: AbortSignal): Promise<unknown>;
}

/** What is wrong with a webhook in the same way everywhere. */
export function usualFaults(
  hook: { readonly active: boolean; readonly events: readonly string[] },
  wanted: readonly string[],
): string[] {
  const lacking = wanted.filter((event) => !hook.events.includes(event));
  return [...(hook.active ? [] : ["is switched off"]), ...lacking.map((event) => `lacks the event ${event}`)];
}

/** How webhooks are found, mended and removed by the calls of such a forge. */
export function webhookCare<Hook extends FoundHook>(calls: HookCalls<Hook>) {
  /** Those that send to us, the plainest first: that one is kept. */
  async function ours(place: HookPlace, address: string, signal?: AbortSignal): Promise<readonly Hook[]> {
    const found = (await calls.list(place, signal)).filter(({ url }) => sendsTo(url, address));
    return found.toSorted((one, other) => one.url.length - other.url.length);
  }

  async function removeAll(place: HookPlace, hooks: readonly Hook[], signal?: AbortSignal): Promise<number> {
    let removed = 0;
    for (const hook of hooks) if (await unlessGone(calls.remove(place, hook, signal))) removed += 1;
    return removed;
  }

  /** A forge that holds one back knows nothing against a new one, which must be there before the old one goes. */
  async function replace(
    place: HookPlace,
    found: readonly Hook[],
    wanted: WantedHook,
    signal?: AbortSignal,
  ): Promise<void> {
    await calls.create(place, wanted, signal);
    const now = await ours(place, wanted.url, signal);
    if (now.length > found.length) await removeAll(place, found, signal);
  }

  const care = {
    inspect: async (place, { url }, signal) => stateOf(await ours(place, url, signal)),

    async ensure(place, wanted, { renew }, signal) {
      const found = await ours(place, wanted.url, signal);
      const state = stateOf(found);
      const isWell = state.faults.length === 0 && state.held === undefined;
      const [kept, ...others] = found;
      if (kept !== undefined && isWell && !renew) return state;
      if (kept === undefined) await calls.create(place, wanted, signal);
      else if (kept.held !== undefined) await replace(place, found, wanted, signal);
      else {
        if (renew || kept.faults.length > 0) await calls.update(place, kept, wanted, signal);
        await removeAll(place, others, signal);
      }
      return stateOf(await ours(place, wanted.url, signal));
    },

    remove: async (place, url, signal) => removeAll(place, await ours(place, url, signal), signal),
  } satisfies Partial<Webhooks>;
  return { ours, care };
}

/** What is there, as far as the one shows that is kept. */
function stateOf(hooks: readonly FoundHook[]): HookState {
  const [kept, ...others] = hooks;
  const more =
    others.length === 0 ? [] : [`is there ${hooks.length} times, so that everything comes as often`];
  const held = kept?.held;
  return {
    ids: hooks.map(({ id }) => id),
    faults: [...(kept?.faults ?? []), ...more],
    ...(held === undefined ? {} : { held }),
  };
}
