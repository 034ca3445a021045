import type { Forge } from "../../core/forge.ts";
import { encodePath } from "../shared/path.ts";
import type { Line } from "./line.ts";
import { ProtectedBranch } from "./replies.ts";

/**
 * What must succeed before anything is merged into a branch. It is told with the branch to everybody, where the protection
 * itself is for administrators. A name may be a pattern (`ci/*`). Source: go-gitea/gitea services/convert, `ToBranch`.
 */
export function requiredChecks(line: Line): Required<Pick<Forge, "requiredChecks">> {
  return {
    async requiredChecks(repo, branch, signal) {
      const path = `/branches/${encodePath(branch)}`;
      const found = await line.ask(repo, { path, reply: ProtectedBranch, signal });
      return found.enable_status_check ? (found.status_check_contexts ?? []) : [];
    },
  };
}
