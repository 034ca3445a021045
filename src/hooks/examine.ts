import type { Forge } from "../core/forge.ts";
import type { KeptHook } from "../core/kept-hook.ts";
import type { HookState } from "../core/webhooks.ts";
import type { Digest } from "./digest.ts";
import type { Plan, SecretState } from "./plan.ts";
import { planOf } from "./plan.ts";

/** Whether the secret that we wrote is this one. */
export function secretState({ secretDigest }: Pick<KeptHook, "secretDigest">, digest: string): SecretState {
  if (secretDigest === undefined) return "unknown";
  return secretDigest === digest ? "written" : "another";
}

/** A webhook as it was found, and what is to be done about it. */
export interface Examined {
  readonly state: HookState;
  readonly plan: Plan;
}

/** Look at a webhook that we look after. Changes nothing. A secret that we never wrote is left to whoever wrote it. */
export async function examine(
  { forge, secret, digest }: { forge: Forge; secret: string; digest: Digest },
  hook: KeptHook,
  signal?: AbortSignal,
): Promise<Examined> {
  const { place, url } = hook;
  const state = await forge.webhooks.inspect(place, { url, secret }, signal);
  const known = secretState(hook, digest(secret));
  return { state, plan: planOf(state, known === "unknown" ? "written" : known) };
}
