import type { DecisionStep } from "../core/decision.ts";

/** Notes how a decision is come to, so that `explain` can tell it. */
export interface Steps {
  /** What was looked at and does not stand in the way, and why not. */
  passed(what: DecisionStep["what"], said: string): void;
  /** What ends the decision, and why. */
  stopped(what: DecisionStep["what"], said: string): void;
  /** All that was noted, in order. */
  all(): readonly DecisionStep[];
}

export function startSteps(): Steps {
  const steps: DecisionStep[] = [];
  return {
    passed: (what, said) => void steps.push({ what, ok: true, said }),
    stopped: (what, said) => void steps.push({ what, ok: false, said }),
    all: () => steps,
  };
}
