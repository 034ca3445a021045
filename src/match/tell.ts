import type { Decision } from "../core/decision.ts";
import type { Log } from "../core/log.ts";
import type { KeptDelivery } from "../core/store.ts";
import type { Plan } from "./plan.ts";

/** A plan, and what became of it. */
export interface Told {
  readonly plan: Plan;
  readonly decision: Decision;
}

/**
 * Tell in the log what became of a delivery: which label matched, which run was queued, or why there is none. An
 * automation that the event has nothing to do with is not worth a line: `forgehand explain` knows.
 */
export function tell(
  log: Log,
  { forge, key: delivery, event }: Pick<KeptDelivery, "forge" | "key" | "event">,
  told: readonly Told[],
): void {
  for (const { plan, decision } of told) {
    const { automation, outcome, reason, run } = decision;
    const about = { forge, delivery, event, automation };
    if (outcome === "not matched") continue;
    if (outcome !== "run") {
      log.info({ ...about, outcome, reason, run }, "ignoring");
      continue;
    }
    const started = plan.kind === "start" ? plan.run : undefined;
    if (started?.label !== undefined) log.info({ ...about, label: started.label }, "label matched");
    log.info({ ...about, run, reason }, "run queued");
    // In the words of AWX, which its users look for.
    if (started !== undefined && started.sha === undefined && !started.publishes) {
      log.info({ ...about, run }, "Webhook event did not have a status API endpoint associated, skipping.");
    }
  }
}
