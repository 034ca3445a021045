import type { Forge } from "../../core/forge.ts";
import { unlessHidden } from "./accounts.ts";
import type { Line } from "./line.ts";
import { Members, Teams } from "./replies.ts";

/** How a config names a team: the organisation, a slash and the name of the team. */
const TEAM = /^([^/\s]+)\/([^/\s]+)$/;

/** Teams of organisations. There are no reviews, and no checks that a branch could require. */
export function people(line: Line): Required<Pick<Forge, "isMember" | "requestReview" | "requiredChecks">> {
  return {
    /** Only a token of an administrator of the server is told who is in a team: to all others it is unknown. */
    async isMember(_repo, team, { id }, signal) {
      const [, org, name] = TEAM.exec(team) ?? [];
      if (org === undefined || name === undefined) return "unknown";
      const path = `/orgs/${encodeURIComponent(org)}/teams`;
      const teams = await unlessHidden(line.askServer({ path, reply: Teams, signal }));
      const found = teams?.find((one) => one.name?.toLowerCase() === name.toLowerCase());
      if (found === undefined) return "unknown";
      const members = { path: `/admin/teams/${found.id}/members`, reply: Members, signal };
      const all = await unlessHidden(line.askServer(members));
      if (all === undefined) return "unknown";
      return all.some((one) => String(one.id) === id) ? "yes" : "no";
    },

    requestReview: () => Promise.resolve("unsupported"),
    requiredChecks: () => Promise.resolve("unsupported"),
  };
}
