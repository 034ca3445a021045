import type { Forge } from "../core/forge.ts";
import type { KeptHook } from "../core/kept-hook.ts";
import type { Store } from "../core/store.ts";
import type { HookPlace, HookState } from "../core/webhooks.ts";
import { createDigest } from "./digest.ts";
import { secretState } from "./examine.ts";
import { samePlace } from "./place.ts";
import type { Plan } from "./plan.ts";
import { planOf } from "./plan.ts";
import type { Tried, Waiting } from "./try.ts";
import { tryHook } from "./try.ts";

interface Tools {
  readonly store: Store;
  readonly forge: Forge;
}

export interface Wish {
  readonly place: HookPlace;
  /** The address that it has to send to. */
  readonly url: string;
  /** The secret that deliveries are to be proven with from now on. */
  readonly secret: string;
  /** Only say what would be done. */
  readonly dryRun: boolean;
  /** Milliseconds to wait for the forge's test; undefined where it is not to be tried. */
  readonly wait: number | undefined;
  /** Whether a server looks after webhooks from time to time. */
  readonly tended: boolean;
}

/** What came of connecting. */
export interface Connected {
  readonly place: HookPlace;
  readonly url: string;
  readonly plan: Plan;
  /** The address that it sent to before, where that was another one. */
  readonly before?: string;
  /** What is there now; absent where nothing was done. */
  readonly state?: HookState;
  /** Absent where it was not tried. */
  readonly tried?: Tried;
}

/**
 * See to it that the forge tells us what happens at a place: make the webhook or mend it, remember it, and try it. What is
 * as it should be already is not written again. Throws what the forge throws; saying it again then goes on.
 */
export async function connect(
  { store, forge, waiting }: Tools & { waiting: Waiting },
  { place, url, secret, dryRun, wait, tended }: Wish,
): Promise<Connected> {
  const { webhooks } = forge;
  const wanted = { url, secret };
  const known = await hookAt(store, forge.name, place);
  const there = await webhooks.inspect(place, wanted);
  const digest = dryRun && known === undefined ? undefined : await createDigest(store);
  const isOurs = known?.url === url;
  const plan = planOf(there, isOurs && digest !== undefined ? secretState(known, digest(secret)) : "unknown");
  const before = known === undefined || isOurs ? {} : { before: known.url };
  const outcome = { place, url, plan, ...before };
  if (dryRun || digest === undefined) return outcome;

  const { renew, kind } = plan;
  const state = kind === "nothing" ? there : await webhooks.ensure(place, wanted, { renew });
  if (before.before !== undefined) await webhooks.remove(place, before.before);
  if (kind !== "nothing") {
    const now = new Date();
    const healedUntil = isOurs ? known.healedUntil : now;
    const connectedAt = isOurs ? known.connectedAt : now;
    const key = known ?? { forge: forge.name, place };
    const hook = { ...key, url, secretDigest: digest(secret), connectedAt, healedUntil, found: "" };
    await store.change(async (transaction) => {
      await transaction.saveHook(hook);
      if (tended) await transaction.ask("tend", forge.name);
    });
  }
  if (wait === undefined || state.ids.length === 0) return { ...outcome, state };
  return { ...outcome, state, tried: await tryHook({ forge, store, waiting }, place, wanted, wait) };
}

/** Whether all is as it should be after connecting, as far as anybody can tell. */
export function isWell({ plan, state, tried }: Connected): boolean {
  if (state === undefined) return plan.kind === "nothing";
  const seen = state.ids.length > 0 && state.faults.length === 0 && state.held === undefined;
  return seen && (tried === undefined || tried.kind === "arrived" || tried.kind === "unsupported");
}

/** The webhook that we look after at a place. */
export async function hookAt(
  store: Pick<Store, "hooks">,
  forge: string,
  place: HookPlace,
): Promise<KeptHook | undefined> {
  return (await store.hooks(forge)).find((hook) => samePlace(hook.place, place));
}
