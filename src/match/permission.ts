import type { Automation } from "../core/automation.ts";
import type { Actor, Repo } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import { permits } from "../core/forge.ts";

/** Why an account may not ask for a run; undefined where it may. The forge is asked each time: rights change. */
export async function refusalOf(
  forge: Forge,
  repo: Repo,
  actor: Actor,
  automation: Automation,
  signal: AbortSignal,
): Promise<string | undefined> {
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
