import type { Call } from "../stand-in/server.ts";
import type { Account, Repository, Role } from "../stand-in/state.ts";
import { roleOf, ROLES } from "../stand-in/state.ts";
import { forbidden } from "./answer.ts";
import type { GogsState } from "./state.ts";

/** Who asks: `Authorization: token …` alone. With any other scheme, or a token of nobody's, somebody unknown. */
export function callerOf(
  { tokens }: GogsState,
  { authorization = "" }: Call["headers"],
): Account | undefined {
  const token = /^token (\S+)$/.exec(authorization)?.[1];
  return token === undefined ? undefined : tokens.get(token);
}

/** Throws 403 where the account may not do this in the repository. */
export function allow({ login }: Account, repository: Repository, needed: Role): void {
  if (ROLES.indexOf(roleOf(repository, login)) < ROLES.indexOf(needed)) throw forbidden();
}
