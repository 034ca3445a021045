import { PersonalAccessTokens } from "@gitbeaker/rest";

import { ForgehandError } from "../../core/errors.ts";
import type { Forge } from "../../core/forge.ts";
import type { Line } from "./line.ts";
import { Token } from "./replies.ts";

/**
 * What our token may not do, though Forgehand does it. An access token of an account, a project or a group tells its
 * scopes; one of OAuth, or of a server before 15.5, does not. Source: GitLab docs, "Personal access tokens API".
 */
export function rights(line: Line): Pick<Forge, "missingRights"> {
  return {
    async missingRights(signal) {
      try {
        const { scopes } = await line.ask(Token, signal, (api) => new PersonalAccessTokens(api).show());
        return scopes.includes("api") ? [] : ["the scope `api`"];
      } catch (error) {
        if (error instanceof ForgehandError && !error.retryable) return [];
        throw error;
      }
    },
  };
}
