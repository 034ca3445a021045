import { ForgehandError, isRetryable, messageOf } from "../core/errors.ts";
import type { Forge } from "../core/forge.ts";
import type { Claim } from "../core/job.ts";
import type { HookFacts, KeptHook } from "../core/kept-hook.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import type { Digest } from "./digest.ts";
import { createDigest } from "./digest.ts";
import type { Bring } from "./heal.ts";
import { heal } from "./heal.ts";
import { mend } from "./mend.ts";
import { foundHook, hasOwnHook, OWN } from "./own.ts";
import { placeName, samePlace } from "./place.ts";

/** Where something is left, or could not be seen to, the next look comes sooner (ms). */
const SOON_MS = 60_000;

/** A forge whose webhooks are looked after. */
export interface Tended {
  readonly forge: Forge;
  /** The secret that deliveries are to be proven with. */
  readonly secret: string;
  /** The address that its webhooks send to; undefined where nobody can reach us. */
  readonly url: string | undefined;
}

/** What the step of a `tend` job needs. */
export interface TendTools {
  readonly store: Store;
  readonly tended: (forge: string) => Tended | undefined;
  readonly bring: Bring;
  /** Milliseconds between two looks. */
  readonly every: number;
  readonly log: Log;
}

/** What one look at a forge works with. */
interface Look extends Omit<TendTools, "tended">, Tended {
  readonly claim: Claim;
  readonly signal: AbortSignal;
  readonly digest: Digest;
}

/** What a look at one webhook leaves to do. */
interface Rest {
  readonly left: boolean;
  readonly retryAfter?: number;
  /** Why it could not be looked at. */
  readonly reason?: string;
}

/** Ask for a look at each forge that has something to be looked after: at once, though the next one may be far off. */
export async function askToTend(
  store: Pick<Store, "hooks" | "change">,
  forges: readonly (Pick<Tended, "forge" | "url"> | undefined)[],
): Promise<void> {
  const known = new Set((await store.hooks()).map(({ forge }) => forge));
  for (const tended of forges) {
    if (tended === undefined) continue;
    const { forge, url } = tended;
    if (!known.has(forge.name) && (url === undefined || !hasOwnHook(forge))) continue;
    await store.change((transaction) => transaction.ask("tend", forge.name));
  }
}

/**
 * The step of a `tend` job: looks at each webhook of a forge, mends it, brings what it lost, and writes down what was
 * found. A forge that refuses or is down is looked at again later. The job goes on as long as there is a webhook.
 */
export function createTendStep(tools: TendTools): (claim: Claim, signal: AbortSignal) => Promise<void> {
  const { store, every } = tools;
  return async (claim, signal) => {
    const tended = tools.tended(claim.subject);
    const log = tools.log.child({ forge: claim.subject });
    const digest = await createDigest(store);
    const rests =
      tended === undefined ? [] : await lookAtAll({ ...tools, ...tended, claim, signal, log, digest });
    const completion = rests.length === 0 ? {} : { again: nextLook(rests, every) };
    await store.complete(claim, () => Promise.resolve(), completion);
  };
}

/** Milliseconds until the next look: soon where something is left, but as late as a forge asks for. */
function nextLook(rests: readonly Rest[], every: number): number {
  const soon = rests.some(({ left }) => left) ? Math.min(SOON_MS, every) : every;
  return Math.max(soon, ...rests.map(({ retryAfter = 0 }) => retryAfter));
}

async function lookAtAll(look: Look): Promise<Rest[]> {
  const { store, forge } = look;
  const own = await guarded(look, () => takeOn(look));
  const rests = own === undefined ? [] : [own];
  for (const hook of await store.hooks(forge.name)) rests.push(await lookAt(look, hook));
  return rests;
}

/** Begin to look after the webhook of an app registration, which nobody has to connect. */
async function takeOn({ store, forge, secret, url, claim, signal }: Look): Promise<undefined> {
  if (url === undefined || !hasOwnHook(forge)) return;
  if ((await store.hooks(forge.name)).some(({ place }) => samePlace(place, OWN))) return;
  const hook = foundHook(forge.name, url, await forge.webhooks.inspect(OWN, { url, secret }, signal));
  if (hook !== undefined) await store.write(claim, (transaction) => transaction.saveHook(hook));
}

/** Look at one webhook: mend it, bring what it lost, and write down what was found. */
async function lookAt(look: Look, hook: KeptHook): Promise<Rest> {
  const { store, claim } = look;
  const log = look.log.child({ webhook: placeName(hook.place) });
  const note = (facts: HookFacts) => store.write(claim, (transaction) => transaction.noteHook(hook, facts));
  const facts = { checkedAt: new Date(), healedUntil: hook.healedUntil };
  const { reason, ...rest } = await guarded({ ...look, log }, async (): Promise<Rest> => {
    // What is brought by being sent again needs a webhook that sends; what is read is lost with the one that was.
    const before = look.forge.webhooks.forgets === true ? await heal({ ...look, log }, hook) : undefined;
    const { gone, ...found } = await mend({ ...look, log }, hook, look.signal);
    await note({ ...facts, ...found });
    if (gone) return { left: false };
    const { until, ...left } = before ?? (await heal({ ...look, log }, hook));
    await note({ ...facts, ...found, healedUntil: until });
    return left;
  });
  if (reason !== undefined) await note({ ...facts, found: `It could not be looked at. ${reason}` });
  return rest;
}

/** Do what a forge may refuse. What it cannot do now is told, and tried again at a later look. */
async function guarded<Answer extends Rest | undefined>(
  { signal, log }: Pick<Look, "signal" | "log">,
  work: () => Promise<Answer>,
): Promise<Answer | Rest> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ForgehandError) || !error.code.startsWith("FORGE_")) throw error;
    const { code, retryAfter } = error;
    const reason = messageOf(error);
    log.warn({ code, reason }, "a webhook could not be looked at");
    return { reason, left: isRetryable(error), ...(retryAfter !== undefined && { retryAfter }) };
  }
}
