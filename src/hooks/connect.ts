import type { Forge } from "../core/forge.ts";
import type { KeptHook } from "../core/kept-hook.ts";
import type { Store } from "../core/store.ts";
import type { HookPlace, HookState } from "../core/webhooks.ts";
import type { Finish } from "./alone.ts";
import { alone } from "./alone.ts";
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
  wish: Wish,
): Promise<Connected> {
  const { place, url, secret, wait, tended } = wish;
  if (wish.dryRun) return (await look({ store, forge }, wish)).outcome;
  const connected = await alone(store, { forge: forge.name, tended }, (finish) =>
    make({ store, forge }, wish, finish),
  );
  if (wait === undefined || connected.state.ids.length === 0) return connected;
  return { ...connected, tried: await tryHook({ forge, store, waiting }, place, { url, secret }, wait) };
}

/** What there is, what we know of it, and what is to be done. Changes nothing. */
async function look({ store, forge }: Tools, { place, url, secret }: Wish) {
  const known = await hookAt(store, forge.name, place);
  const there = await forge.webhooks.inspect(place, { url, secret });
  const ours = known?.url === url ? known : undefined;
  const digest = ours && (await createDigest(store));
  const plan = planOf(there, ours && digest ? secretState(ours, digest(secret)) : "unknown");
  const before = known === undefined || known === ours ? {} : { before: known.url };
  return { known, ours, there, outcome: { place, url, plan, ...before } };
}

/** Make it as it is to be, and remember that. */
async function make(
  tools: Tools,
  wish: Wish,
  finish: Finish,
): Promise<Connected & { readonly state: HookState }> {
  const { store, forge } = tools;
  const { webhooks } = forge;
  const { place, url, secret } = wish;
  const { known, ours, there, outcome } = await look(tools, wish);
  const { kind, renew } = outcome.plan;
  if (kind === "nothing") {
    await finish(() => Promise.resolve());
    return { ...outcome, state: there };
  }
  const state = await webhooks.ensure(place, { url, secret }, { renew });
  if (known !== undefined && known !== ours) await webhooks.remove(place, known.url);
  const secretDigest = (await createDigest(store))(secret);
  const now = new Date();
  const { connectedAt, healedUntil } = ours ?? { connectedAt: now, healedUntil: now };
  const key = known ?? { forge: forge.name, place };
  const hook = { ...key, url, secretDigest, connectedAt, healedUntil, found: "" };
  await finish((transaction) => transaction.saveHook(hook));
  return { ...outcome, state };
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
