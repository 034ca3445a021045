import type { Automation } from "../core/automation.ts";
import type { Actor, ForgeEvent } from "../core/event.ts";
import { isNobody, isOperator, threadName, threadOf } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import { permits } from "../core/forge.ts";

/** Who asks, and the event by which: with the pull request as far as it is known. */
interface Asking {
  readonly actor: Actor;
  readonly of: ForgeEvent;
}

/** Why an account may not ask for a run; undefined where it may. The forge is asked each time: rights change. */
export async function refusalOf(
  forge: Forge,
  { actor, of }: Asking,
  automation: Automation,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { repo } = of;
  // Whoever writes the config and holds the data folder may have anything of it done.
  if (isOperator(actor)) return undefined;
  if (isNobody(actor)) return refusalOfNobody(of, automation);
  const given = await forge.permission(repo, actor, signal);
  if (permits(given, automation.allow)) return undefined;
  if (given === "unknown") {
    return (
      `The forge did not say what ${actor.login} may do in ${repo.fullName}, so nothing was started. ` +
      "The token of Forgehand needs the right to read permissions; `forgehand check` names it."
    );
  }
  return `${actor.login} has ${given} permission in ${repo.fullName}; ${automation.allow} or more is needed.`;
}

/**
 * The same where nobody can tell who did it, since it was found by looking. Whoever moved a branch of the repository
 * itself was able to push there, which proves write permission and no more; nothing else proves anything.
 */
function refusalOfNobody(event: ForgeEvent, { allow }: Automation): string | undefined {
  if (!provesPush(event)) {
    const thread = threadOf(event);
    const where = thread === undefined ? event.repo.fullName : threadName(thread);
    return `Nobody can tell who did this to ${where}: it was found by looking, and the forge does not name who it was.`;
  }
  if (permits("write", allow)) return undefined;
  return (
    `Nobody can tell who pushed this: it was found by looking. Having pushed to ${event.repo.fullName} proves write ` +
    `permission and no more; ${allow} is needed.`
  );
}

function provesPush(event: ForgeEvent): boolean {
  if (event.kind === "push") return true;
  return event.kind === "pull_request" && event.action === "updated" && event.pullRequest.fork === false;
}
