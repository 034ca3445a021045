import type { Automation } from "../core/automation.ts";
import type { Match } from "../core/decision.ts";
import type { ForgeEvent } from "../core/event.ts";
import { contextsOf, decide } from "./decide.ts";
import { matchOf, saidIn } from "./talk.ts";

/** For each automation whether it wants an event, and what a comment that none of them wants says to Forgehand itself. */
export function matchesIn(
  event: ForgeEvent,
  index: number,
  { automations, forge }: { automations: readonly Automation[]; forge: string },
): Match[] {
  const contexts = contextsOf(automations);
  const matches = automations.map((automation) => decide(event, index, automation, forge, contexts));
  const said = event.kind === "comment" ? saidIn(event, automations, forge) : undefined;
  if (said === undefined || matches.some(({ matched }) => matched)) return matches;
  return [...matches, matchOf({ index, spoken: said.spoken })];
}
