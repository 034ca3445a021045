import { verify } from "node:crypto";

import type { Repository, Role } from "../stand-in/state.ts";
import { roleOf, ROLES } from "../stand-in/state.ts";
import { Refusal } from "./answer.ts";
import type { App, Caller, GitHubState } from "./state.ts";

/** What a call asks of who makes it. */
export interface Needs {
  /** Any one of these lets an App's access token in, such as `issues:write`. */
  readonly grants: readonly string[];
  /** The least role of a person in the repository. */
  readonly role: Role;
}

/** Longest life of an App's JSON web token, in seconds; its clock may be a minute off. */
const LONGEST_LIFE = 10 * 60;
const CLOCK_OFF = 60;

/** Who asks. Throws 401 where the token is nobody's. */
export function callerOf(state: GitHubState, authorization: string | undefined): Caller {
  const [, scheme, token] = /^(bearer|token) (\S+)$/i.exec(authorization ?? "") ?? [];
  if (scheme === undefined || token === undefined) throw new Refusal(401, "Requires authentication");
  const known = state.tokens.get(token);
  if (known !== undefined) return known;
  if (token.split(".").length !== 3 || state.app === undefined) throw new Refusal(401, "Bad credentials");
  proveApp(state.app, token);
  return { kind: "app" };
}

/** Throws 403 where the caller may not do this in the repository. */
export function allow(caller: Caller, repository: Repository, needs: Needs): void {
  if (caller.kind === "app") throw new Refusal(401, "A JSON web token could not be decoded");
  if (caller.kind === "user") {
    const role = roleOf(repository, caller.account.login);
    if (ROLES.indexOf(role) >= ROLES.indexOf(needs.role)) return;
    throw new Refusal(403, "Resource not accessible by personal access token");
  }
  const granted = needs.grants.some((need) => {
    const [name = "", level] = need.split(":");
    return caller.grants[name] === "write" || (level === "read" && caller.grants[name] === "read");
  });
  if (!granted) throw new Refusal(403, "Resource not accessible by integration");
}

/** Throws 401 for a token that the App's key did not sign, that is not for this App, or that lives too long. */
function proveApp({ id, publicKey }: App, token: string): void {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const genuine = verify(
    "RSA-SHA256",
    Buffer.from(`${header}.${claims}`),
    publicKey,
    Buffer.from(signature, "base64url"),
  );
  if (!genuine) throw new Refusal(401, "A JSON web token could not be decoded");
  const { iss, iat, exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as {
    iss: unknown;
    iat: number;
    exp: number;
  };
  const now = Date.now() / 1000;
  if (String(iss) !== String(id)) throw new Refusal(401, "'Issuer' claim ('iss') must be the App ID");
  if (exp < now || exp > now + LONGEST_LIFE + CLOCK_OFF || iat > now + CLOCK_OFF) {
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  }
}
