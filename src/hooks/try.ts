import { ForgehandError } from "../core/errors.ts";
import type { Forge } from "../core/forge.ts";
import type { Store } from "../core/store.ts";
import type { HookPlace, HookTrial, WantedHook } from "../core/webhooks.ts";
import { newestDelivery, nextDelivery } from "./arrival.ts";

/**
 * How trying a webhook ended. `arrived`: its delivery is kept here, or the forge says that we took it. `silent`: it was
 * sent, and nothing came. `answered`: the forge got another answer than ours. `refused`: the forge would not try it.
 * `unsupported`: it cannot; the next happening will show.
 */
export type Tried =
  | { readonly kind: "arrived"; readonly delivery?: string }
  | { readonly kind: "silent"; readonly waited: number }
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unsupported" };

/** Hears of the waiting for a delivery, in milliseconds that are left. */
export type Waiting = (left: number) => void;

/** Ask a forge to try a webhook, and wait until its delivery is here. */
export async function tryHook(
  tools: { forge: Forge; store: Pick<Store, "deliveries">; waiting: Waiting },
  place: HookPlace,
  wanted: WantedHook,
  within: number,
): Promise<Tried> {
  const { forge, store, waiting } = tools;
  const after = await newestDelivery(store, forge.name);
  const trial = await ask(forge, place, wanted);
  if (trial.kind === "unsupported") return { kind: "unsupported" };
  if (trial.kind === "refused") return trial;
  if (trial.kind === "answered") {
    return trial.status >= 200 && trial.status < 300 ? { kind: "arrived" } : trial;
  }
  waiting(within);
  const delivery = await nextDelivery(store, forge.name, { after, within, waiting });
  return delivery === undefined ? { kind: "silent", waited: within } : { kind: "arrived", delivery };
}

/** A forge that will not try it has made the webhook all the same. */
async function ask(
  { webhooks }: Forge,
  place: HookPlace,
  wanted: WantedHook,
): Promise<HookTrial | { kind: "refused"; reason: string }> {
  try {
    return await webhooks.test(place, wanted);
  } catch (error) {
    if (!(error instanceof ForgehandError)) throw error;
    return { kind: "refused", reason: error.message };
  }
}
