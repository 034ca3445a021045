import type { Forge } from "../../core/forge.ts";
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

/**
 * What the token may not do, though Forgehand does it. Some answers name the scopes of a token in a header, refusals
 * too; where none does, nothing is missing as far as anybody tells. Source of the scopes: Bitbucket Cloud docs,
 * "Repository access token permissions" and "API token permissions".
 */
export function rights(line: Line): Pick<Forge, "missingRights"> {
  return {
    async missingRights(signal) {
      const question = { path: "/user", signal };
      const answer = await line.send(question);
      if (answer.status !== 403 && answer.status >= 400) throw line.refusal(question, answer);
      const granted = (answer.headers["x-oauth-scopes"] ?? "")
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
