import type { Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { isGone, isRefusal, unlessGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Account, Membership, RequestedReviewers, Team } from "./replies.ts";

/** How a config names a team: the organization, a slash and the slug of the team, as in its address. */
const TEAM = /^([\w-][\w.-]*)\/([\w-][\w.-]*)$/;

/** Teams of organizations, and who is to review. */
export function people(line: Line): Required<Pick<Forge, "isMember" | "requestReview">> {
  return {
    async isMember(repo, team, { id, login }, signal) {
      const [, org, slug] = TEAM.exec(team) ?? [];
      if (org === undefined || slug === undefined) return "unknown";
      const parameters = { org, team_slug: slug, username: login };
      try {
        const membership = await membershipIn(line, repo, parameters, signal);
        if (membership === undefined)
          return (await isThere(line, repo, parameters, signal)) ? "no" : "unknown";
        if (membership.state !== "active") return "no";
        // The answer names nobody's id, and a login that was given up can be taken by somebody else.
        const route = "GET /users/{username}";
        const account = await line.askBeside(repo, {
          route,
          reply: Account,
          parameters: { username: login },
          signal,
        });
        return String(account.id) === id ? "yes" : "no";
      } catch (error) {
        if (isGone(error) || isRefusal(error)) return "unknown";
        throw error;
      }
    },

    async requestReview(repo, number, logins, signal) {
      if (logins.length === 0) return "set";
      await line.ask(repo, {
        route: "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
        reply: RequestedReviewers,
        parameters: { pull_number: number, reviewers: logins },
        signal,
      });
      return "set";
    },
  };
}

interface TeamParameters {
  readonly org: string;
  readonly team_slug: string;
  readonly username: string;
}

/** Somebody's membership in a team, or in one below it; undefined where there is none, or no such team. */
async function membershipIn(
  line: Line,
  repo: Repo,
  parameters: TeamParameters & Record<string, string>,
  signal?: AbortSignal,
) {
  let found: Membership | undefined;
  await unlessGone(
    line
      .askBeside(repo, {
        route: "GET /orgs/{org}/teams/{team_slug}/memberships/{username}",
        reply: Membership,
        parameters,
        signal,
      })
      .then((membership) => void (found = membership)),
  );
  return found;
}

/** Whether there is such a team for us: what nobody may see is not there either. */
function isThere(
  line: Line,
  repo: Repo,
  { org, team_slug: slug }: TeamParameters,
  signal?: AbortSignal,
): Promise<boolean> {
  const route = "GET /orgs/{org}/teams/{team_slug}";
  return unlessGone(
    line.askBeside(repo, { route, reply: Team, parameters: { org, team_slug: slug }, signal }),
  );
}
