import type { Call } from "../stand-in/server.ts";
import type { Account, Repository, Role } from "../stand-in/state.ts";
import { roleOf, ROLES } from "../stand-in/state.ts";
import { forbidden, unauthorized } from "./answer.ts";
import type { GitLabState } from "./state.ts";

/** Access levels of members: guest, reporter, developer, maintainer, owner. */
const LEVELS: Readonly<Record<Role, number>> = {
  none: 0,
  read: 10,
  triage: 20,
  write: 30,
  maintain: 40,
  admin: 50,
};

/** Who asks: `PRIVATE-TOKEN`, or the same token as `Bearer`. Throws 401 where it is nobody's. */
export function callerOf({ tokens }: GitLabState, headers: Call["headers"]): Account {
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const account = tokens.get(String(headers["private-token"] ?? bearer));
  if (account === undefined) throw unauthorized();
  return account;
}

/** The access level of a member; undefined for everybody else, who may still read what is public. */
export function levelOf(repository: Repository, account: Account): number | undefined {
  const role = repository.roles.get(account.login) ?? "none";
  return role === "none" ? undefined : LEVELS[role];
}

/** Throws 403 where the account may not do this in the project. */
export function allow(account: Account, repository: Repository, needed: Role): void {
  const role = roleOf(repository, account.login);
  if (ROLES.indexOf(role) < ROLES.indexOf(needed)) throw forbidden();
}
