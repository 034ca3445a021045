import type { Allow, Automation } from "../core/automation.ts";
import type { Actor, ForgeEvent } from "../core/event.ts";
import { isNobody, isOperator, threadName, threadOf } from "../core/event.ts";
import type { Forge, Permission } from "../core/forge.ts";
import { permits } from "../core/forge.ts";

/** Who asks, and the event by which: with the pull request as far as it is known. */
export interface Asking {
  readonly actor: Actor;
  readonly of: ForgeEvent;
}

type Asked = Pick<Automation, "allow">;

/**
 * Why an account may not ask for a run; undefined where it may. The forge is asked each time: rights change. The operator
 * may do everything, also by what a run of the operator's leads to.
 */
export async function refusalOf(
  forge: Forge,
  { actor, of }: Asking,
  { allow }: Asked,
  signal: AbortSignal,
): Promise<string | undefined> {
  // Whoever writes the config and holds the data folder may have anything of it done.
  if (isOperator(actor)) return undefined;
  if (isNobody(actor)) return refusalOfNobody(of, allow);
  if (isMachine(actor)) return refusalOfMachine(actor, allow);
  if (allow.users.some((user) => isId(user, actor))) return undefined;
  const byLogin = allow.users.some((user) => isLogin(user, actor));
  const given =
    allow.permission === undefined && !byLogin ? "none" : await forge.permission(of.repo, actor, signal);
  if (allow.permission !== undefined && permits(given, allow.permission)) return undefined;
  // Somebody else who took over the login of one who left can read what is public, and no more: see docs/automations.md.
  if (byLogin && permits(given, "read")) return undefined;
  if (await isInTeam(forge, { actor, of }, allow, signal)) return undefined;
  return sentenceOf(given, { actor, of }, allow);
}

/** Why an account may not approve code of a fork; undefined where it may: who may ask, with `write` at least. */
export async function refusalOfApproval(
  forge: Forge,
  { actor, of }: Asking,
  { allow }: Asked,
  signal: AbortSignal,
): Promise<string | undefined> {
  const refused = await refusalOf(forge, { actor, of }, { allow }, signal);
  if (refused !== undefined || isOperator(actor)) return refused;
  const given = await forge.permission(of.repo, actor, signal);
  return permits(given, "write")
    ? undefined
    : sentenceOf(given, { actor, of }, { ...allow, permission: "write" });
}

/**
 * Whether an account belongs to a program: because the forge says so, or because its login ends in `[bot]`. That suffix
 * only ever takes trust away: anybody may have an account whose name ends so, or an App that is called after one.
 */
export function isMachine({ bot, login }: Actor): boolean {
  return bot === true || /\[bot\]$/i.test(login);
}

/** Whether a machine account is one that the owner let in. */
export function isListedMachine(actor: Actor, { bots }: Allow): boolean {
  return actor.id !== "" && bots.includes(actor.id);
}

function refusalOfMachine(actor: Actor, allow: Allow): string | undefined {
  if (isListedMachine(actor, allow)) return undefined;
  return (
    `${actor.login} is a machine account (id ${actor.id === "" ? "unknown" : actor.id}), and these may ask only where ` +
    "their id is listed in `allow.bots`."
  );
}

const isId = (user: string, { id }: Actor): boolean => id !== "" && user === id;

/** What is all digits is an id: an account may be called so. */
function isLogin(user: string, { login }: Actor): boolean {
  return !/^\d+$/.test(user) && user.toLowerCase() === login.toLowerCase();
}

async function isInTeam(
  forge: Forge,
  { actor, of }: Asking,
  { teams }: Allow,
  signal: AbortSignal,
): Promise<boolean> {
  for (const team of teams) {
    if ((await forge.isMember(of.repo, team, actor, signal)) === "yes") return true;
  }
  return false;
}

function sentenceOf(given: Permission, { actor, of }: Asking, allow: Allow): string {
  const { login } = actor;
  const { fullName } = of.repo;
  if (allow.permission === undefined) return `${login} is not among those who may ask for it in ${fullName}.`;
  if (given === "unknown") {
    return (
      `The forge did not say what ${login} may do in ${fullName}, so nothing was started. ` +
      "The token of Forgehand needs the right to read permissions; `forgehand check` names it."
    );
  }
  return `${login} has ${given} permission in ${fullName}; ${allow.permission} or more is needed.`;
}

/**
 * The same where nobody can tell who did it, since it was found by looking. Whoever moved a branch of the repository
 * itself was able to push there, which proves write permission and no more; nothing else proves anything.
 */
function refusalOfNobody(event: ForgeEvent, { permission }: Allow): string | undefined {
  if (!provesPush(event)) {
    const thread = threadOf(event);
    const where = thread === undefined ? event.repo.fullName : threadName(thread);
    return `Nobody can tell who did this to ${where}: it was found by looking, and the forge does not name who it was.`;
  }
  if (permission !== undefined && permits("write", permission)) return undefined;
  const needed = permission ?? "more than that";
  return (
    `Nobody can tell who pushed this: it was found by looking. Having pushed to ${event.repo.fullName} proves write ` +
    `permission and no more; ${needed} is needed.`
  );
}

function provesPush(event: ForgeEvent): boolean {
  if (event.kind === "push") return true;
  return event.kind === "pull_request" && event.action === "updated" && event.pullRequest.fork === false;
}
