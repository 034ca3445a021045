import type { Forge } from "../core/forge.ts";
import type { KeptHook } from "../core/kept-hook.ts";
import type { HookPlace, HookState } from "../core/webhooks.ts";

/** The place of the webhook that an app registration has. */
export const OWN: HookPlace = { level: "system", name: "" };

/** Whether a forge knows us by an app registration, which has a webhook of its own: nobody has to make one. */
export function hasOwnHook(forge: Forge): boolean {
  return forge.installedRepositories !== undefined && forge.webhooks.levels.system !== undefined;
}

/** A webhook that was there before we looked: its secret is not of our writing, and what it lost before is not ours to bring. */
export function foundHook(forge: string, url: string, { ids }: HookState): KeptHook | undefined {
  if (ids.length === 0) return undefined;
  const now = new Date();
  return { forge, place: OWN, url, connectedAt: now, healedUntil: now, found: "" };
}
