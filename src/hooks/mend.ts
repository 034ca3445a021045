import type { Forge } from "../core/forge.ts";
import type { HookFacts, KeptHook } from "../core/kept-hook.ts";
import type { Log } from "../core/log.ts";
import type { Digest } from "./digest.ts";
import { examine } from "./examine.ts";
import { planOf, sentenceOf } from "./plan.ts";

/** What is told of a webhook that somebody removed at the forge: that may have been meant. */
export const GONE = "It is not there any more. Connect it again, or disconnect it.";

/** What was found of a webhook. `gone`: there is nothing to look after. */
export type Found = Pick<HookFacts, "found" | "secretDigest"> & { readonly gone: boolean };

/** Look at a webhook and make it as it should be. One that somebody removed is not made again. */
export async function mend(
  { forge, secret, digest, log }: { forge: Forge; secret: string; digest: Digest; log: Log },
  hook: KeptHook,
  signal: AbortSignal,
): Promise<Found> {
  const { plan } = await examine({ forge, secret, digest }, hook, signal);
  if (plan.kind === "create") {
    log.warn({}, "a webhook is not there any more");
    return { found: GONE, gone: true };
  }
  if (plan.kind === "nothing") return { found: "", gone: false };
  const { place, url } = hook;
  const { renew, reasons } = plan;
  const after = await forge.webhooks.ensure(place, { url, secret }, { renew }, signal);
  const left = planOf(after, "written").reasons;
  if (left.length === 0) log.warn({ reasons }, "a webhook was mended");
  else log.error({ reasons: left }, "a webhook could not be mended");
  return {
    found: left.length === 0 ? `${sentenceOf(reasons)} That was mended.` : sentenceOf(left),
    gone: false,
    ...(renew && { secretDigest: digest(secret) }),
  };
}
