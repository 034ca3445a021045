import { ForgehandError } from "../core/errors.ts";
import type { Forge } from "../core/forge.ts";
import type { KeptHook } from "../core/kept-hook.ts";
import type { Store } from "../core/store.ts";
import type { HookPlace } from "../core/webhooks.ts";
import { alone } from "./alone.ts";
import { hookAt } from "./connect.ts";

/** What came of disconnecting: how many webhooks were removed there, and from which addresses. */
export interface Disconnected {
  readonly place: HookPlace;
  readonly urls: readonly string[];
  readonly removed: number;
  /** Whether we looked after one there. */
  readonly known: boolean;
}

export interface Goodbye {
  readonly place: HookPlace;
  /** The address that we have now, where there is one. */
  readonly url: string | undefined;
  /** Only say what would be done. */
  readonly dryRun: boolean;
  /** Whether a server looks after webhooks from time to time. */
  readonly tended: boolean;
}

/**
 * Remove what sends to us from a place, and forget it; what we made goes also where it sends to another address of ours. A
 * place that is gone has no webhook any more.
 */
export async function disconnect(
  { store, forge }: { store: Store; forge: Forge },
  { place, url, dryRun, tended }: Goodbye,
): Promise<Disconnected> {
  const goodbye = async (): Promise<Disconnected & { hook: KeptHook | undefined }> => {
    const hook = await hookAt(store, forge.name, place);
    const at = hook?.place ?? place;
    const urls = [...new Set([hook?.url, url].filter((one) => one !== undefined))];
    let removed = 0;
    for (const one of urls) removed += await count({ forge, dryRun }, at, one, hook !== undefined);
    return { place: at, urls, removed, known: hook !== undefined, hook };
  };
  if (dryRun) return goodbye();
  return alone(store, { forge: forge.name, tended }, async (finish) => {
    const { hook, ...gone } = await goodbye();
    await finish(async (transaction) => {
      if (hook !== undefined) await transaction.removeHook(hook);
    });
    return gone;
  });
}

async function count(
  { forge, dryRun }: { forge: Forge; dryRun: boolean },
  place: HookPlace,
  url: string,
  known: boolean,
): Promise<number> {
  const { webhooks } = forge;
  try {
    if (!dryRun) return await webhooks.remove(place, url);
    // What a secret is does not matter for who is there.
    return (await webhooks.inspect(place, { url, secret: "" })).ids.length;
  } catch (error) {
    if (known && error instanceof ForgehandError && error.code === "FORGE_NOT_FOUND") return 0;
    throw error;
  }
}
