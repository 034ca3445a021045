import type { Automation } from "../core/automation.ts";
import type { Decision, Match } from "../core/decision.ts";
import { isOpenTo } from "../core/delivery.ts";
import type { ForgeEvent } from "../core/event.ts";
import { threadName, threadOf } from "../core/event.ts";
import type { KeptDelivery } from "../core/store.ts";
import type { Decide } from "./explain-reading.ts";
import type { Reread } from "./reread.ts";

/** What a changed config would have done with one event beside one automation. */
export interface Foreseen {
  readonly delivery: string;
  readonly receivedAt: Date;
  readonly forge: string;
  /** What happened, in short: `issue labeled octo/hello issue #7`. */
  readonly event: string;
  readonly automation: string;
  /** What became of it then; undefined where the automation was not there, or nothing was decided. */
  readonly before: Decision["outcome"] | undefined;
  /** What would become of it now; undefined where the automation is not there any more. */
  readonly after: Decision["outcome"] | "wanted" | undefined;
  /** Why, in the words of the new decision, else of the old one. */
  readonly reason: string;
  /** Whether it would have made a run where it did not, or the other way round. */
  readonly differs: boolean;
}

/** What could not be asked about. */
export interface Passed {
  readonly asked: number;
  /** Kept without a body, or pruned since. */
  readonly withoutBody: number;
  readonly ignored: number;
  readonly unreadable: number;
}

export interface ForeseeTools {
  readonly automations: readonly Automation[];
  readonly reread: Reread;
  readonly decide: Decide;
  /** Asks the forge what the event does not tell, and says what would come of it; absent: nobody is asked. */
  readonly ask?: (
    kept: KeptDelivery,
    event: ForgeEvent,
    match: Match,
  ) => Promise<Pick<Foreseen, "after" | "reason">>;
}

/** What other automations would have done with one kept delivery. Writes nothing. */
export async function foresee(
  kept: KeptDelivery,
  tools: ForeseeTools,
): Promise<{ rows: Foreseen[]; passed: keyof Passed }> {
  if (kept.reading !== "event") return { rows: [], passed: kept.reading };
  if (kept.body === undefined) return { rows: [], passed: "withoutBody" };
  const reading = tools.reread(kept);
  if (reading.kind !== "event") return { rows: [], passed: reading.kind };
  const contexts = tools.automations.map(({ context }) => context);
  const rows: Foreseen[] = [];
  for (const [index, event] of reading.events.entries()) {
    const old = (kept.decisions ?? []).filter((one) => one.event === index);
    const about = {
      delivery: kept.key,
      receivedAt: kept.receivedAt,
      forge: kept.forge,
      event: eventText(event),
    };
    for (const automation of tools.automations.filter(({ name }) => isOpenTo(kept.door, name))) {
      const { name } = automation;
      const before = old.find((one) => one.automation === name);
      const match = tools.decide(event, index, automation, kept.forge, contexts);
      const after = match.matched
        ? ((await tools.ask?.(kept, event, match)) ?? { after: "wanted" as const, reason: match.reason })
        : { after: "not matched" as const, reason: match.reason };
      const differs = wasStarted(before, tools.ask !== undefined) !== isStarted(after.after);
      rows.push({ ...about, automation: name, before: before?.outcome, ...after, differs });
    }
    for (const before of old) {
      if (tools.automations.some(({ name }) => name === before.automation)) continue;
      const { automation, outcome, reason } = before;
      const differs = wasStarted(before, tools.ask !== undefined);
      rows.push({ ...about, automation, before: outcome, after: undefined, reason, differs });
    }
  }
  return { rows, passed: "asked" };
}

const isStarted = (after: Foreseen["after"]): boolean =>
  after === "run" || after === "wanted" || after === "waits";

/**
 * Whether it was wanted then. What was dropped since it had been told before, or waited, is as good as a run: asked alone,
 * it would have been one. Where no forge is asked now, what only a forge could tell does not count either.
 */
function wasStarted(before: Decision | undefined, asks: boolean): boolean {
  if (before === undefined || before.outcome === "not matched") return false;
  if (!asks || before.outcome === "run" || before.outcome === "waits") return true;
  const last = before.steps?.at(-1)?.what;
  return last === "same happening" || last === "same delivery" || last === "concurrency";
}

function eventText(event: ForgeEvent): string {
  const thread = threadOf(event);
  const where = thread === undefined ? ("ref" in event ? (event.ref ?? "") : "") : threadName(thread);
  return `${event.kind} ${event.action} ${event.repo.fullName} ${where}`.trim();
}
