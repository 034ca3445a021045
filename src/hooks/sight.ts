import { ForgehandError } from "../core/errors.ts";
import type { Forge } from "../core/forge.ts";
import type { KeptHook } from "../core/kept-hook.ts";
import type { Store } from "../core/store.ts";
import type { Digest } from "./digest.ts";
import { examine } from "./examine.ts";
import { GONE } from "./mend.ts";
import { OWN } from "./own.ts";
import type { Plan } from "./plan.ts";
import { planOf, sentenceOf } from "./plan.ts";

/** A day: what was lost longer ago is told no more (ms). */
const DAY_MS = 24 * 3_600_000;

/** A webhook as somebody who asks is shown it. */
export interface Sight {
  readonly ok: boolean;
  /** Sentences. */
  readonly message: string;
}

/** How a webhook that we look after is now, as the forge says. Mends nothing. */
export function seeHook(
  line: { readonly forge: Forge; readonly secret: string; readonly digest: Digest },
  hook: KeptHook,
): Promise<Sight> {
  return told(async () => {
    const { plan } = await examine(line, hook);
    return plan.kind === "create" ? { ok: false, message: GONE } : sightOf(plan, hook.url);
  });
}

/** How the webhook of an app registration is that nobody looks after yet, given the address that it should send to. */
export function seeOwnHook(
  { forge, secret }: { readonly forge: Forge; readonly secret: string },
  url: string,
): Promise<Sight> {
  return told(async () => {
    // Its secret is not of our writing and cannot be seen.
    const plan = planOf(await forge.webhooks.inspect(OWN, { url, secret }), "written");
    if (plan.kind !== "create") return sightOf(plan, url);
    const connect = `\`forgehand connect ${forge.name} --level system\``;
    return {
      ok: false,
      message: `It does not send to ${url}. Let ${connect} change that, or change it there.`,
    };
  });
}

function sightOf({ kind, reasons }: Plan, url: string): Sight {
  if (kind === "nothing") return { ok: true, message: `It sends to ${url}.` };
  const mends = "`forgehand serve` mends that at its next look, `forgehand connect` now.";
  return { ok: false, message: `${sentenceOf(reasons)} ${mends}` };
}

/** What a forge refuses or cannot say is something to tell. */
async function told(look: () => Promise<Sight>): Promise<Sight> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof ForgehandError)) throw error;
    return { ok: false, message: error.message };
  }
}

/** What a webhook lost within a day, and how many of these deliveries came in the end. */
export interface Losses {
  readonly lost: number;
  readonly brought: number;
}

export async function lossesOf(
  store: Pick<Store, "recoveries" | "knownDeliveries">,
  hook: KeptHook,
): Promise<Losses> {
  const recoveries = await store.recoveries(hook, new Date(Date.now() - DAY_MS));
  const ids = recoveries.flatMap(({ id }) => id ?? []);
  const known = await store.knownDeliveries(hook.forge, ids);
  /** One delivery may have been lost several times: whether it came in the end, by its id. */
  const came = new Map<string, boolean>();
  for (const { attempt, id, outcome } of recoveries) {
    const key = id === undefined ? `attempt ${attempt}` : `id ${id}`;
    const here = id === undefined ? outcome === "resent" : known.has(id);
    came.set(key, came.get(key) === true || outcome === "read" || here);
  }
  return { lost: came.size, brought: [...came.values()].filter(Boolean).length };
}

/** What a person is told of losses; empty where there were none. */
export function lossesText({ lost, brought }: Losses): string {
  if (lost === 0) return "";
  const were = (count: number): string => (count === 1 ? "was" : "were");
  const deliveries = lost === 1 ? "delivery" : "deliveries";
  return `${lost} ${deliveries} ${were(lost)} lost since yesterday; ${brought} ${were(brought)} brought.`;
}

/** What was found at the last look of a server; empty where that was nothing. */
export function foundText({ found, checkedAt }: Pick<KeptHook, "found" | "checkedAt">): string {
  if (found === "" || checkedAt === undefined) return "";
  return `At the last look (${checkedAt.toISOString().slice(0, 16).replace("T", " ")} UTC): ${found}`;
}
