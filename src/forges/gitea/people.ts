import type { Forge } from "../../core/forge.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Account, Anything, Teams } from "./replies.ts";

/** How a config names a team: the organization, a slash and the name of the team. */
const TEAM = /^([^/\s]+)\/([^/\s]+)$/;

/** Teams of organizations, and who is to review. */
export function people(line: Line): Required<Pick<Forge, "isMember" | "requestReview">> {
  /** The number of a team among those whose names have the text in them; undefined where there is none for us. */
  async function teamOf(org: string, name: string, signal?: AbortSignal): Promise<number | undefined> {
    const path = `/orgs/${encodeURIComponent(org)}/teams/search`;
    const { data } = await line.askServer({ path, query: { q: name, limit: 50 }, reply: Teams, signal });
    return data?.find((team) => team.name.toLowerCase() === name.toLowerCase())?.id;
  }

  return {
    async isMember(_repo, team, { id, login }, signal) {
      const [, org, name] = TEAM.exec(team) ?? [];
      if (org === undefined || name === undefined) return "unknown";
      let number: number | undefined;
      try {
        number = await teamOf(org, name, signal);
        if (number === undefined) return "unknown";
        const path = `/teams/${number}/members/${encodeURIComponent(login)}`;
        const member = await line.askServer({ path, reply: Account, signal });
        // A login that was given up can be taken by somebody else; the id cannot.
        return String(member.id) === id ? "yes" : "no";
      } catch (error) {
        if (isRefusal(error)) return "unknown";
        if (isGone(error)) return number === undefined ? "unknown" : "no";
        throw error;
      }
    },

    async requestReview(repo, number, logins, signal) {
      if (logins.length === 0) return "set";
      await line.ask(repo, {
        method: "POST",
        path: `/pulls/${number}/requested_reviewers`,
        body: { reviewers: logins },
        reply: Anything,
        signal,
      });
      return "set";
    },
  };
}
