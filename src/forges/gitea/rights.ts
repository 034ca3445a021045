import type { Forge } from "../../core/forge.ts";
import type { JsonCall } from "../shared/json-api.ts";
import { isRefusal } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Anything } from "./replies.ts";

/**
 * The scopes of a token that Forgehand needs, each with a question that is refused without it. No answer lists a token's
 * scopes: that one of these reads but does not write shows only when we write. Source: go-gitea/gitea
 * models/auth/access_token_scope.go.
 */
const SCOPES = [
  { scope: "read:user", path: "/user", query: {} },
  { scope: "write:repository", path: "/repos/search", query: { limit: "1" } },
  { scope: "write:issue", path: "/repos/issues/search", query: { limit: "1" } },
] as const satisfies readonly { scope: string; path: string; query: JsonCall<unknown>["query"] }[];

/** What our token may not do, though Forgehand does it. */
export function rights(line: Line): Pick<Forge, "missingRights"> {
  return {
    async missingRights(signal) {
      const missing: string[] = [];
      for (const { scope, path, query } of SCOPES) {
        try {
          await line.askServer({ path, query, reply: Anything, signal });
        } catch (error) {
          if (!isRefusal(error)) throw error;
          missing.push(`the scope \`${scope}\``);
        }
      }
      return missing;
    },
  };
}
