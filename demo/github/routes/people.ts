import { askForReview } from "../../stand-in/people.ts";
import type { Team } from "../../stand-in/state.ts";
import { invalid, notFound, paged, Refusal } from "../answer.ts";
import type { Asked, Route } from "../route.ts";
import { onRepository, threadOf } from "../route.ts";
import { pullShape, reviewShape, teamShape } from "../shapes.ts";
import { findAccount } from "./accounts.ts";

const READ = { grants: ["pull_requests:read"], role: "read" } as const;
const WRITE = { grants: ["pull_requests:write"], role: "write" } as const;
const CONTENTS = { grants: ["contents:read"], role: "read" } as const;
const METADATA = { grants: ["metadata:read"], role: "read" } as const;

/** Teams, reviews, who is asked for one, and what must succeed before anything is merged. */
export const peopleRoutes: readonly Route[] = [
  {
    route: "GET /orgs/{org}/teams/{team}",
    answer: (asked) => ({
      status: 200,
      body: teamShape(asked.state, asked.parameters.org ?? "", teamOf(asked)),
    }),
  },
  {
    route: "GET /orgs/{org}/teams/{team}/memberships/{username}",
    answer: (asked) => {
      const member = findAccount(teamOf(asked).members, asked.parameters.username);
      if (member === undefined) throw notFound();
      return { status: 200, body: { state: "active", role: "member" } };
    },
  },
  onRepository("GET /repos/{owner}/{repo}/pulls/{number}/comments", READ, (asked) => {
    threadOf(asked);
    return paged([], asked.url);
  }),
  onRepository("GET /repos/{owner}/{repo}/pulls/{number}/reviews", READ, (asked) => {
    const { state, repository, url } = asked;
    const thread = threadOf(asked);
    const shown = thread.reviews.map((review) => ({
      ...reviewShape(state, repository, thread, review),
      state: review.state.toUpperCase(),
    }));
    return paged(shown, url);
  }),
  onRepository("POST /repos/{owner}/{repo}/pulls/{number}/requested_reviewers", WRITE, async (asked) => {
    const { state, repository, body } = asked;
    const thread = threadOf(asked);
    const logins = Array.isArray(body.reviewers) ? body.reviewers.map(String) : [];
    const people = logins.map((login) => {
      const account = findAccount(state.accounts, login);
      const message = "Reviews may only be requested from collaborators.";
      if (account === undefined || !repository.roles.has(account.login)) throw refused(message);
      if (account.id === thread.author.id)
        throw refused("Review cannot be requested from pull request author.");
      return account;
    });
    askForReview(thread, people);
    return { status: 201, body: await pullShape(state, repository, thread) };
  }),
  onRepository("GET /repos/{owner}/{repo}/branches/{path}", CONTENTS, ({ repository, parameters }) => {
    const contexts = repository.requiredChecks.get(parameters.path ?? "");
    // Written as a check of any App: that is what every new protection says.
    const checks = contexts?.map((context) => ({ context, app_id: null }));
    const asks =
      contexts === undefined
        ? { enforcement_level: "off", contexts: [], checks: [] }
        : { enforcement_level: "non_admins", contexts, checks };
    return {
      status: 200,
      body: {
        name: parameters.path,
        protected: contexts !== undefined,
        protection: { enabled: contexts !== undefined, required_status_checks: asks },
      },
    };
  }),
  onRepository("GET /repos/{owner}/{repo}/rules/branches/{path}", METADATA, ({ url }) => paged([], url)),
];

const refused = (message: string) => invalid({ resource: "PullRequest", code: "custom", message });

/** The team of the path, which an App sees where it may read members. Throws 403 and 404. */
function teamOf({ state, caller, parameters }: Asked): Team {
  const isLetIn = caller.kind === "user" || (caller.kind === "installation" && "members" in caller.grants);
  if (!isLetIn) throw new Refusal(403, "Resource not accessible by integration");
  const isOwner = state.repositories.some(({ fullName }) => fullName.split("/")[0] === parameters.org);
  const team = state.teams.find(({ name }) => name === parameters.team);
  if (!isOwner || team === undefined) throw notFound();
  return team;
}
