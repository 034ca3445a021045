import type { Plan, Planned } from "./plan.ts";

/**
 * The plans for one event, where one of them goes on with the work of an automation: no other agent shall work on the
 * same branch because of the same words or the same check. Who means another one says its name or its command word.
 */
export function giveWay(plans: readonly Planned[], isFollowUp: (plan: Plan) => boolean): Planned[] {
  const isAtWork = (plan: Plan): boolean => plan.kind !== "nothing" || plan.run !== undefined;
  const first = plans.find(({ plan }) => isFollowUp(plan) && isAtWork(plan));
  if (first === undefined) return [...plans];
  const name = first.plan.match.automation;
  return plans.map((planned) => {
    const { plan, steps } = planned;
    if (isFollowUp(plan) || plan.kind !== "start" || !plan.run.publishes || isMeant(plan)) return planned;
    const reason = `It is for ${name}, which made the pull request.`;
    const stop = { what: "asker", ok: false, said: reason } as const;
    return {
      plan: { kind: "nothing", match: plan.match, outcome: "dropped", reason },
      steps: [...steps, stop],
    };
  });
}

/** Whether a comment asks for an automation itself, and not for whoever listens to mentions. */
const isMeant = ({ run, match }: Extract<Plan, { kind: "start" }>): boolean =>
  run.event.kind === "comment" && !match.stillToAsk.includes("account");
