import { ForgehandError } from "../../core/errors.ts";
import type { Forge } from "../../core/forge.ts";
import type { Line } from "./line.ts";
import { Identities } from "./replies.ts";
import { ALL_REPOSITORIES, listOf } from "./security.ts";

/** What services answer where a token is good and its scope too small, though it also means a bad token. */
const TOO_SMALL: ReadonlySet<string> = new Set(["FORGE_AUTH_FAILED", "FORGE_REFUSED"]);

/**
 * What our token may not do, though Forgehand does it. No token tells its scopes, so that the two calls are tried which
 * tell what somebody may do; what may be written shows only in a repository. Source: Azure DevOps docs, "OAuth scopes".
 */
export function rights(line: Line, people: Line, self: Forge["self"]): Pick<Forge, "missingRights"> {
  return {
    async missingRights(signal) {
      const { id: identityIds } = await self(signal);
      const asked = { path: "/_apis/identities", query: { identityIds }, reply: Identities, signal };
      const found = await unlessRefused(people.ask(asked));
      if (found === undefined) return ["the scope `Identity (read)`"];
      const descriptor = found.value[0]?.descriptor;
      if (descriptor === undefined) return [];
      const list = await unlessRefused(listOf(line, ALL_REPOSITORIES, descriptor, signal));
      return list === undefined ? ["the scope `Security (manage)`"] : [];
    },
  };
}

/** What a call answers; undefined where our token is not enough for it. */
async function unlessRefused<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ForgehandError && TOO_SMALL.has(error.code)) return undefined;
    throw error;
  }
}
