import { z } from "zod";

import type { HookPlace, HookState, WantedHook, Webhooks } from "../../core/webhooks.ts";
import { sendsTo } from "./hook-address.ts";
import { unlessGone } from "./refusals.ts";

const text = z.string().nullish();

/** A webhook as Gogs tells of it, and as Gitea and Forgejo do, which grew out of it. No answer has its secret. */
export const Hook = z.object({
  id: z.int(),
  /** The forge that its deliveries are made for. */
  type: z.string(),
  active: z.boolean(),
  events: z.array(z.string()).nullish(),
  config: z.object({ url: text, content_type: text }),
  /** Gitea and Forgejo: a pattern; empty or `*` for all branches. */
  branch_filter: text,
  /** Gitea and Forgejo: what it sends as `Authorization`; newer servers do not tell. */
  authorization_header: text,
});
export type Hook = z.infer<typeof Hook>;

/** What is done with webhooks at one place. */
export interface HookHands {
  /** All that are there, those of others too. */
  list(): Promise<readonly Hook[]>;
  /** Make one as it is wanted, in place of these. Answers it as the forge has it. */
  create(wanted: WantedHook, instead: readonly Hook[]): Promise<Hook>;
  remove(hook: Hook): Promise<unknown>;
}

export interface SoleHookOptions {
  readonly at: (place: HookPlace, signal: AbortSignal | undefined) => HookHands;
  readonly faultsOf: (hook: Hook) => readonly string[];
}

/**
 * One webhook of ours at a place, where the forge's API changes no secret. So nothing is mended: a webhook that is not
 * as it should be is made anew and then removed. Who changed it may have changed its secret as well, and nobody can see that.
 */
export function soleHook({ at, faultsOf }: SoleHookOptions): Pick<Webhooks, "inspect" | "ensure" | "remove"> {
  const oursAmong = (hooks: readonly Hook[], address: string) =>
    hooks.filter(({ config: { url } }) => sendsTo(url ?? "", address));

  const stateOf = (hooks: readonly Hook[]): HookState => {
    const faults = new Set(hooks.flatMap(faultsOf));
    if (hooks.length > 1) faults.add(`is there ${hooks.length} times`);
    return { ids: hooks.map(({ id }) => String(id)), faults: [...faults] };
  };

  return {
    async inspect(place, { url }, signal) {
      return stateOf(oursAmong(await at(place, signal).list(), url));
    },

    async ensure(place, wanted, { renew }, signal) {
      const hands = at(place, signal);
      const ours = oursAmong(await hands.list(), wanted.url);
      const { ids, faults } = stateOf(ours);
      if (!renew && ids.length === 1 && faults.length === 0) return { ids, faults };
      // The old ones go last: what happens meanwhile comes twice rather than not at all.
      const made = await hands.create(wanted, ours);
      for (const old of ours) await unlessGone(hands.remove(old));
      return stateOf([made]);
    },

    async remove(place, url, signal) {
      const hands = at(place, signal);
      const ours = oursAmong(await hands.list(), url);
      for (const hook of ours) await unlessGone(hands.remove(hook));
      return ours.length;
    },
  };
}

/** What is wrong with a webhook that should be of one of these types and tell of all these events. */
export function faultsAmong(
  { type, active, events, config }: Hook,
  wanted: { readonly types: readonly string[]; readonly events: readonly string[] },
): string[] {
  const missing = wanted.events.filter((event) => !events?.includes(event));
  return [
    ...(active ? [] : ["is switched off"]),
    ...(wanted.types.includes(type) ? [] : [`is of the type ${type}`]),
    ...(config.content_type === "json" ? [] : ["sends as form"]),
    ...missing.map((event) => `lacks the event ${event}`),
  ];
}
