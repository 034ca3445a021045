import { isOver } from "../core/run.ts";
import { refusalOf } from "./permission.ts";
import type { Plan } from "./plan.ts";
import type { Talk } from "./talk.ts";
import { matchOf, planNothing, planRefusal, runsMeant, WRITERS } from "./talk.ts";

/** What becomes of `/forgehand cancel [NAME|RUN]`: the runs end that whoever says it may ask for. */
export async function planCancel(talk: Talk): Promise<Plan[]> {
  const { event, forge, thread, signal, automations } = talk;
  const active = (await runsMeant(talk)).filter(({ state }) => !isOver(state));
  if (active.length === 0) return [planNothing(talk, "Nothing of that is under way here.")];
  const plans: Plan[] = [];
  const refusals: string[] = [];
  for (const [name, runs] of Map.groupBy(active, ({ automation }) => automation)) {
    const { allow } = automations.find((one) => one.name === name) ?? { allow: WRITERS };
    const refused = await refusalOf(forge, { actor: event.actor, of: event }, { allow }, signal);
    if (refused !== undefined) {
      refusals.push(refused);
      continue;
    }
    plans.push({
      kind: "cancel",
      match: matchOf(talk, name),
      runs: runs.map(({ id }) => id),
      why: `${event.actor.login} asked for that by a comment.`,
      place: { forge: forge.name, repo: event.repo.id, thread },
    });
  }
  const [refused] = refusals;
  return plans.length > 0 || refused === undefined ? plans : [planRefusal(talk, refused)];
}
