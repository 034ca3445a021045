import type { Automation } from "../core/automation.ts";
import type { Match } from "../core/decision.ts";
import type { Reading } from "../core/delivery.ts";
import type { ForgeEvent } from "../core/event.ts";
import type { Explanation } from "./explanation.ts";
import { explainedEvent } from "./explain-event.ts";

/** A reading as `explain` shows it. */
export function readingOf(reading: Reading): Explanation["reading"] {
  if (reading.kind === "event") return { kind: "event", events: reading.events.map(explainedEvent) };
  return { kind: reading.kind, reason: reading.reason };
}

/** Whether an automation wants an event, as far as the event alone tells (see `match/decide.ts`). */
export type Decide = (
  event: ForgeEvent,
  index: number,
  automation: Automation,
  forge: string,
  contexts: readonly string[],
) => Match;

/** The matches of one event (see `match/matches.ts`). */
export type Matches = (
  event: ForgeEvent,
  index: number,
  given: { automations: readonly Automation[]; forge: string },
) => Match[];

/** For each event and each automation, whether it is wanted; and what is said to Forgehand itself. */
export function matchesOf(
  reading: Reading,
  automations: readonly Automation[],
  forge: string,
  matchesIn: Matches,
): Match[] {
  if (reading.kind !== "event") return [];
  return reading.events.flatMap((event, index) => matchesIn(event, index, { automations, forge }));
}
