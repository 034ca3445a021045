import type { Forge } from "../../core/forge.ts";
import { isGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Protection, Rules } from "./replies.ts";

/**
 * What must succeed before anything is merged into a branch, by branch protection and by rulesets. Whoever may read the
 * repository is told both, where the settings themselves are for administrators. Source: docs.github.com, "Get a branch"
 * and "Get rules for a branch".
 */
export function requiredChecks(line: Line): Required<Pick<Forge, "requiredChecks">> {
  return {
    async requiredChecks(repo, branch, signal) {
      const parameters = { branch };
      const { protection } = await line.ask(repo, {
        route: "GET /repos/{owner}/{repo}/branches/{branch}",
        reply: Protection,
        parameters,
        signal,
      });
      const protectedBy = protection?.required_status_checks;
      const names = new Set(protectedBy?.enforcement_level === "off" ? [] : protectedBy?.contexts);
      const pages = line.pages(repo, {
        route: "GET /repos/{owner}/{repo}/rules/branches/{branch}",
        reply: Rules,
        parameters,
        signal,
      });
      try {
        for await (const rules of pages) {
          for (const { type, parameters: ruled } of rules) {
            if (type !== "required_status_checks") continue;
            for (const { context } of ruled?.required_status_checks ?? []) names.add(context);
          }
        }
      } catch (error) {
        // An Enterprise Server before 3.11 has no rulesets.
        if (!isGone(error)) throw error;
      }
      return [...names];
    },
  };
}
