import type { Call } from "../stand-in/server.ts";
import type { Account, Repository, Role } from "../stand-in/state.ts";
import { roleOf, ROLES } from "../stand-in/state.ts";
import { Refusal } from "./answer.ts";
import type { GiteaState } from "./state.ts";

/** Who asks: `Authorization: token T`, or `Bearer T`. Throws 401 where the token is nobody's. */
export function callerOf({ tokens }: GiteaState, headers: Call["headers"]): Account {
  const token = /^(?:token|bearer) (\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const account = tokens.get(token ?? "");
  if (account === undefined) throw new Refusal(401, "user does not exist [uid: 0, name: ]");
  return account;
}

/** Throws 403 where the account may not do this in the repository. */
export function allow(account: Account, repository: Repository, needed: Role): void {
  if (may(account, repository, needed)) return;
  throw new Refusal(403, "user should have a permission to do this");
}

export function may({ login }: Account, repository: Repository, needed: Role): boolean {
  return ROLES.indexOf(roleOf(repository, login)) >= ROLES.indexOf(needed);
}

/** What an account may do, in Gitea's words. Its own rights are between those of read and write, or of write and admin. */
export function permissionOf({ login }: Account, repository: Repository): string {
  const role = roleOf(repository, login);
  if (login === repository.fullName.split("/")[0]) return "owner";
  if (role === "triage") return "read";
  return role === "maintain" ? "write" : role;
}
