import type { Automation } from "../core/automation.ts";
import { MANUAL_DOOR, POLL_DOOR, SCHEDULE_DOOR } from "../core/delivery.ts";
import type { KeptDelivery } from "../core/store.ts";
import type { Decide } from "./explain-reading.ts";
import { matchesOf, readingOf } from "./explain-reading.ts";
import type { Explanation } from "./explanation.ts";
import type { Reread } from "./reread.ts";

/** What it takes to explain a kept delivery. */
export interface ExplainTools {
  readonly automations: readonly Automation[];
  readonly reread: Reread;
  readonly decide: Decide;
}

/** Of what nobody sent. */
const OWN: Readonly<Record<string, string>> = {
  [POLL_DOOR]: "Nobody sent it: Forgehand found it by looking.",
  [SCHEDULE_DOOR]: "Nobody sent it: the time of a schedule had come.",
  [MANUAL_DOOR]: "Nobody sent it: the operator started it by hand.",
};

/** Explain a delivery that was received, or that is our own. */
export function explainKept(kept: KeptDelivery, { automations, reread, decide }: ExplainTools): Explanation {
  const reading = reread(kept);
  const reason = OWN[kept.door];
  return {
    sender: reason === undefined ? { state: "proven" } : { state: "not checked", reason },
    reading: readingOf(reading),
    matches: matchesOf(reading, automations, kept.forge, decide),
    ...(kept.decisions === undefined ? {} : { decisions: kept.decisions }),
  };
}
