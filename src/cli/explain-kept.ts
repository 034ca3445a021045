import type { Config } from "../config/schema.ts";
import type { Reading } from "../core/delivery.ts";
import { POLL_DOOR } from "../core/delivery.ts";
import { ForgehandError } from "../core/errors.ts";
import type { KeptDelivery, Store } from "../core/store.ts";
import { adapters } from "../forges/index.ts";
import { readFinding } from "../core/finding.ts";
import type { Explanation } from "./explanation.ts";
import { matchesOf, readingOf } from "./explain-reading.ts";
import { printable } from "./log.ts";

/** Of what nobody sent. */
const FOUND = { state: "not checked", reason: "Nobody sent it: Forgehand found it by looking." } as const;

/** Explain a delivery that was received: by its key on this installation, or by the forge's own id. */
export async function explainKept(wanted: string, store: Store, config: Config): Promise<Explanation> {
  const kept = await find(wanted, store);
  const reading = readAgain(kept, config);
  return {
    sender: kept.door === POLL_DOOR ? FOUND : { state: "proven" },
    reading: readingOf(reading),
    matches: matchesOf(reading, config.automations, kept.forge),
    ...(kept.decisions === undefined ? {} : { decisions: kept.decisions }),
  };
}

async function find(wanted: string, store: Store): Promise<KeptDelivery> {
  const byKey = /^\d{1,15}$/.test(wanted) ? await store.delivery(wanted) : undefined;
  if (byKey !== undefined) return byKey;
  let before: string | undefined;
  for (;;) {
    const page = await store.deliveries({ before, limit: 200 });
    const found = page.find(({ id }) => id === wanted);
    const last = page.at(-1);
    if (found !== undefined) return (await store.delivery(found.key)) ?? found;
    if (last === undefined) break;
    before = last.key;
  }
  throw new ForgehandError(
    "NOT_FOUND",
    `There is no delivery ${printable(wanted)} here. Give its number, or the id that the forge shows for it.`,
  );
}

/** Read a kept delivery again, by the rules of today. */
function readAgain(
  { forge, door, event, headers, body, decisions, ...kept }: KeptDelivery,
  { forges }: Config,
): Reading {
  if (kept.reading !== "event") return { kind: kept.reading, reason: kept.reason };
  if (body === undefined) {
    return decisions === undefined
      ? { kind: "ignored", reason: "No automation wanted it when it came, so its body was not kept." }
      : { kind: "unreadable", reason: "Its body was pruned, so it cannot be read again." };
  }
  if (door === POLL_DOOR) return readFinding(body);
  const kind = forges[forge]?.kind ?? forge;
  const adapter = adapters.find((one) => one.kind === kind);
  if (adapter === undefined) {
    return {
      kind: "unreadable",
      reason: `The forge ${forge} is not in the config any more, so its kind is not known.`,
    };
  }
  return adapter.normalise({ event, headers, body });
}
