import type { Call } from "../stand-in/server.ts";
import type { Account, Repository, Role } from "../stand-in/state.ts";
import { roleOf, ROLES } from "../stand-in/state.ts";
import { forbidden, notFound, unauthorized } from "./answer.ts";
import type { BitbucketState } from "./state.ts";

/** The name that git shows an API token with. */
const GIT_NAME = "x-bitbucket-api-token-auth";

/** Who asks: an API token with the e-mail of its account. Throws 401 where it is nobody's. */
export function callerOf({ tokens }: BitbucketState, headers: Call["headers"]): Account {
  const encoded = /^Basic (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  const [email, token = ""] = Buffer.from(encoded, "base64").toString().split(":");
  const known = tokens.get(token);
  if (known === undefined || known.email !== email) throw unauthorized();
  return known.account;
}

/** Whether git may use these: the e-mail, which the API wants, is refused here. */
export function acceptsGit({ tokens }: BitbucketState, name: string, password: string): boolean {
  return name === GIT_NAME && tokens.has(password);
}

/** Throws 403 where the account may not do this in the repository, and 404 where it may not even see it. */
export function allow(account: Account, repository: Repository, needed: Role): void {
  const role = roleOf(repository, account.login);
  if (role === "none") throw notFound("Repository");
  if (ROLES.indexOf(role) < ROLES.indexOf(needed)) throw forbidden();
}

/** The permission of an account in Bitbucket's words: it has three, and none. */
export function permissionOf(repository: Repository, account: Account): string {
  const role = roleOf(repository, account.login);
  if (role === "triage") return "read";
  return role === "maintain" ? "write" : role;
}
