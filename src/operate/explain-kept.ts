import type { Automation } from "../core/automation.ts";
import { MANUAL_DOOR, POLL_DOOR, SCHEDULE_DOOR } from "../core/delivery.ts";
import type { Reading } from "../core/delivery.ts";
import { threadOf } from "../core/event.ts";
import type { KeptDelivery, Store } from "../core/store.ts";
import type { Matches } from "./explain-reading.ts";
import { matchesOf, readingOf } from "./explain-reading.ts";
import type { ExplainedApproval, Explanation } from "./explanation.ts";
import type { Reread } from "./reread.ts";

/** What it takes to explain a kept delivery. */
export interface ExplainTools {
  readonly automations: readonly Automation[];
  readonly reread: Reread;
  readonly matchesIn: Matches;
  readonly store: Pick<Store, "approvals">;
}

/** Of what nobody sent. */
const OWN: Readonly<Record<string, string>> = {
  [POLL_DOOR]: "Nobody sent it: Forgehand found it by looking.",
  [SCHEDULE_DOOR]: "Nobody sent it: the time of a schedule had come.",
  [MANUAL_DOOR]: "Nobody sent it: the operator started it by hand.",
};

/** Explain a delivery that was received, or that is our own. */
export async function explainKept(
  kept: KeptDelivery,
  { automations, reread, matchesIn, store }: ExplainTools,
): Promise<Explanation> {
  const reading = reread(kept);
  const reason = OWN[kept.door];
  const approvals = await approvalsOf(reading, kept.forge, store);
  return {
    sender: reason === undefined ? { state: "proven" } : { state: "not checked", reason },
    reading: readingOf(reading),
    matches: matchesOf(reading, automations, kept.forge, matchesIn),
    ...(kept.decisions === undefined ? {} : { decisions: kept.decisions }),
    ...(approvals.length === 0 ? {} : { approvals }),
  };
}

/** What was approved of the pull requests that a delivery is about. */
async function approvalsOf(
  reading: Reading,
  forge: string,
  store: ExplainTools["store"],
): Promise<ExplainedApproval[]> {
  const events = reading.kind === "event" ? reading.events : [];
  const places = new Map(
    events.flatMap((event) => {
      const thread = threadOf(event);
      if (thread?.kind !== "pull_request") return [];
      return [[`${event.repo.id} ${thread.number}`, { forge, repo: event.repo.id, thread }] as const];
    }),
  );
  const found = await Promise.all([...places.values()].map((place) => store.approvals(place)));
  return found.flat().map(({ automation, sha, actor: { id, login }, comment }) => ({
    automation,
    sha,
    actor: { id, login },
    comment,
  }));
}
