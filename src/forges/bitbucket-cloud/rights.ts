import type { Forge } from "../../core/forge.ts";
import { AnswerError } from "../shared/refusals.ts";
import type { Line } from "./line.ts";

/** What Forgehand does, by the scopes of access tokens; any one of a row is enough. */
const OF_ACCESS_TOKENS: readonly (readonly string[])[] = [
  ["repository:write", "pullrequest:write"],
  ["repository:admin"],
  ["pullrequest:write"],
];

/** The same by the scopes of API tokens, of which write does not include read. */
const OF_API_TOKENS: readonly (readonly string[])[] = [
  ["read:user:bitbucket"],
  ["read:repository:bitbucket"],
  ["write:repository:bitbucket"],
  ["admin:repository:bitbucket"],
  ["read:pullrequest:bitbucket"],
  ["write:pullrequest:bitbucket"],
];

const SCOPES = "x-oauth-scopes";

/**
 * What the token may not do, though Forgehand does it. Some answers name the scopes of a token in a header, refusals
 * too; where none does, nothing is missing as far as anybody tells. Source of the scopes: Bitbucket Cloud docs,
 * "Repository access token permissions" and "API token permissions".
 */
export function rights(line: Line): Pick<Forge, "missingRights"> {
  return {
    async missingRights(signal) {
      const granted = (await scopesOf(line, signal))
        .split(",")
        .map((scope) => scope.trim())
        .filter((scope) => scope !== "");
      if (granted.length === 0) return [];
      const needed = granted.some((scope) => scope.endsWith(":bitbucket")) ? OF_API_TOKENS : OF_ACCESS_TOKENS;
      return needed
        .filter((row) => !row.some((scope) => granted.includes(scope)))
        .map(([scope]) => `the scope \`${scope ?? ""}\``);
    },
  };
}

/** The scopes of the token, with commas between; a refusal for want of one names them too. */
async function scopesOf(line: Line, signal?: AbortSignal): Promise<string> {
  try {
    return (await line.headers({ path: "/user", signal })).get(SCOPES) ?? "";
  } catch (error) {
    if (error instanceof AnswerError && error.status === 403) return String(error.headers[SCOPES] ?? "");
    throw error;
  }
}
