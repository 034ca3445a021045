import type { Forge } from "../../core/forge.ts";
import { apiPath } from "./addresses.ts";
import type { Line } from "./line.ts";
import { Done } from "./replies.ts";

/** Asking people for a review. */
export function reviewers(line: Line) {
  return {
    /**
     * One by one, since whoever writes the list as a whole takes away whom somebody else added meanwhile. Who is a reviewer
     * already stays one; the author is refused. Source: Bitbucket Data Center docs, REST API, "Assign pull request
     * participant role".
     */
    async requestReview(repo, number, logins, signal) {
      const path = `api/latest/${apiPath(repo)}/pull-requests/${number}/participants`;
      for (const name of logins) {
        const body = { user: { name }, role: "REVIEWER" };
        await line.ask({ method: "POST", path, body, reply: Done, signal });
      }
      return "set";
    },
  } satisfies Partial<Forge>;
}
