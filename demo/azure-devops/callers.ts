import type { Call } from "../stand-in/server.ts";
import type { Account, Repository, Role } from "../stand-in/state.ts";
import { roleOf, ROLES } from "../stand-in/state.ts";
import { forbidden, unauthorized } from "./answer.ts";
import type { AzureState } from "./state.ts";

/** Bits of the permissions of git repositories: each role has those of the roles below it as well. */
const BITS: Readonly<Record<Role, number>> = {
  none: 0,
  read: 2,
  triage: 16_384,
  write: 4,
  maintain: 2_048,
  admin: 8_192,
};

/** Who asks: basic authentication with a token as password and any user name. Throws 401 where it is nobody's. */
export function callerOf({ tokens }: AzureState, headers: Call["headers"]): Account {
  const encoded = /^Basic (\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
  const [, token = ""] = /^[^:]*:(.*)$/.exec(Buffer.from(encoded, "base64").toString()) ?? [];
  const account = tokens.get(token);
  if (account === undefined) throw unauthorized();
  return account;
}

/** The bits of everything that an account may do in a repository. */
export function bitsOf(repository: Repository, account: Account): number {
  const role = roleOf(repository, account.login);
  return ROLES.slice(0, ROLES.indexOf(role) + 1).reduce((bits, one) => bits | BITS[one], 0);
}

/** Throws 403 where the account may not do this in the repository. */
export function allow(account: Account, repository: Repository, needed: Role): void {
  if (ROLES.indexOf(roleOf(repository, account.login)) < ROLES.indexOf(needed)) throw forbidden();
}
