import { isNobody } from "../core/event.ts";
import { permits } from "../core/forge.ts";
import { planApproval } from "./approving.ts";
import { planCancel } from "./cancelling.ts";
import { means } from "./commands.ts";
import { isListedMachine, isMachine } from "./permission.ts";
import type { Plan } from "./plan.ts";
import { planRetry } from "./retrying.ts";
import { planSaying } from "./saying.ts";
import type { Talk } from "./talk.ts";
import { matchOf } from "./talk.ts";

/**
 * What becomes of a command that is for Forgehand itself. `others`: what the automations made of the same comment; one
 * that was meant answers for itself.
 */
export async function planTalk(talk: Talk, others: readonly Plan[]): Promise<Plan[]> {
  if (others.some(({ match }) => match.matched)) return [];
  const deaf = await whyDeaf(talk);
  if (deaf !== undefined) {
    return [{ kind: "nothing", match: matchOf(talk), outcome: "dropped", reason: deaf }];
  }
  const plans = await plansFor(talk, others);
  if (!plans.some(({ kind }) => kind === "answer") || (await mayHear(talk))) return plans;
  const reason = `${talk.event.actor.login} may not even read ${talk.event.repo.fullName}.`;
  return [{ kind: "nothing", match: matchOf(talk), outcome: "dropped", reason }];
}

async function plansFor(talk: Talk, others: readonly Plan[]): Promise<Plan[]> {
  switch (talk.spoken.word) {
    case "cancel":
      return planCancel(talk);
    case "retry":
      return planRetry(talk);
    case "approve":
      return planApproval(talk);
    case "status":
    case "help":
    case "run":
    case undefined:
      return [await planSaying(talk, others)];
  }
}

/** Answers are for everybody who may read. A machine that came this far is one that the owner let in. */
async function mayHear({ event: { actor, repo }, forge, signal }: Talk): Promise<boolean> {
  return isMachine(actor) || permits(await forge.permission(repo, actor, signal), "read");
}

/** Why a command is not even answered; undefined where it is. */
async function whyDeaf({ spoken, event, automations, forge, signal }: Talk): Promise<string | undefined> {
  const { actor } = event;
  if (isNobody(actor)) return "Nobody can tell who says that.";
  if (isMachine(actor) && !automations.some(({ allow }) => isListedMachine(actor, allow))) {
    return `${actor.login} is a machine account, and its id is in no \`allow.bots\`: it is not answered.`;
  }
  const { mentioned } = spoken;
  if (mentioned === undefined || means(mentioned, await forge.self(signal))) return undefined;
  return "The comment speaks to another account than the one that Forgehand has there.";
}
