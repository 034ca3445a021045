import type { Call } from "../stand-in/server.ts";
import type { Account, Repository, Role } from "../stand-in/state.ts";
import { roleOf, ROLES } from "../stand-in/state.ts";
import { forbidden } from "./answer.ts";
import type { BitbucketState } from "./state.ts";

/** Permissions in a repository, and the role that has them. */
const PERMISSIONS: ReadonlyMap<string, Role> = new Map([
  ["REPO_READ", "read"],
  ["REPO_WRITE", "write"],
  ["REPO_ADMIN", "admin"],
]);

/** Who asks, by a `Bearer` token; undefined for nobody, who may still ask what is public. */
export function callerOf({ tokens }: BitbucketState, headers: Call["headers"]): Account | undefined {
  return tokens.get(/^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "");
}

/** Whether an account effectively has a permission; undefined where there is none of that name. */
export function has(account: Account, repository: Repository, permission: string): boolean | undefined {
  const needed = PERMISSIONS.get(permission);
  return needed && may(account, repository, needed);
}

function may(account: Account, repository: Repository, needed: Role): boolean {
  return ROLES.indexOf(roleOf(repository, account.login)) >= ROLES.indexOf(needed);
}

/** Throws 401 where the account may not do this in the repository. */
export function allow(account: Account, repository: Repository, needed: Role): void {
  if (!may(account, repository, needed)) throw forbidden();
}
