import type { Thread } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import type { Plan } from "./plan.ts";
import type { Question } from "./question.ts";
import { isSame, unwishOf, wishOf } from "./wishes.ts";

/** The label that shows that a run is paused, and by which somebody wants that. */
const paused = (label: string): string => `${label} paused`;

/**
 * What becomes of runs of a trigger label whose label ` paused` was set or taken off: they are held back, or go on from
 * the beginning. Undefined where neither is wanted. What we did ourselves holds nothing back and lets nothing go on.
 */
export async function planHold(
  question: Question,
  thread: Thread,
  runs: readonly Run[],
): Promise<Plan | undefined> {
  const { event, automation, forge, match, signal } = question;
  const { label } = automation.on;
  if (label === undefined || isSame(event.actor, await forge.self(signal))) return undefined;
  const isHeld = ({ state, pauseRequested }: Run): boolean =>
    state === "paused" || pauseRequested !== undefined;
  const plan = (kind: "pause" | "resume", meant: readonly Run[], why: string): Plan => ({
    kind,
    match: { ...match, matched: false, stillToAsk: [], reason: why },
    runs: meant.map(({ id }) => id),
    why,
    place: { forge: forge.name, repo: event.repo.id, thread },
  });
  const [held, free] = [runs.filter(isHeld), runs.filter((run) => !isHeld(run))];
  const wish = free.length === 0 ? undefined : await wishOf(question, thread, paused(label));
  if (wish !== undefined) {
    const how = `Take the label off, or say \`/forgehand retry\`, to let it start again.`;
    return plan("pause", free, `${wish.login} set the label "${paused(label)}". ${how}`);
  }
  const unwish = held.length === 0 ? undefined : await unwishOf(question, thread, paused(label));
  if (unwish === undefined) return undefined;
  return plan("resume", held, `${unwish.login} took the label "${paused(label)}" off.`);
}
