import type { Reading } from "../core/delivery.ts";
import { OWN_DOORS } from "../core/delivery.ts";
import { readFinding } from "../core/finding.ts";
import type { ForgeAdapter } from "../core/forge.ts";
import type { KeptDelivery } from "../core/store.ts";
import { BODY_PRUNED, BODY_UNWANTED, whyBodyless } from "../core/store.ts";

/** Reads a kept delivery again, by the rules of today. Pure. */
export type Reread = (kept: KeptDelivery) => Reading;

export function createReread(options: {
  /** The kind of a forge, by its name; undefined where it is not configured any more. */
  readonly kindOf: (forge: string) => string | undefined;
  readonly adapters: readonly Pick<ForgeAdapter, "kind" | "normalise">[];
}): Reread {
  const { kindOf, adapters } = options;
  return ({ forge, door, event, headers, body, decisions, ...kept }) => {
    if (kept.reading !== "event") return { kind: kept.reading, reason: kept.reason };
    if (body === undefined) {
      return whyBodyless({ ...kept, decisions }) === "light"
        ? { kind: "ignored", reason: BODY_UNWANTED }
        : { kind: "unreadable", reason: BODY_PRUNED };
    }
    if (OWN_DOORS.includes(door)) return readFinding(body);
    const kind = kindOf(forge) ?? forge;
    const adapter = adapters.find((one) => one.kind === kind);
    if (adapter !== undefined) return adapter.normalise({ event, headers, body });
    return {
      kind: "unreadable",
      reason: `The forge ${forge} is not in the config any more, so its kind is not known.`,
    };
  };
}
