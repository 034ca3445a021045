import { askForReview } from "../../stand-in/people.ts";
import type { Account, Team } from "../../stand-in/state.ts";
import { notFound, paged, Refusal } from "../answer.ts";
import type { Asked, AskedOfRepository, Route } from "../route.ts";
import { onRepository } from "../route.ts";
import { pullShape, userShape } from "../shapes.ts";
import { findThread } from "../state.ts";
import { accountOf } from "./accounts.ts";

/** Teams, reviews, who is asked for one, and branches with what protects them. */
export const peopleRoutes: readonly Route[] = [
  {
    route: "GET /orgs/{org}/teams/search",
    answer: ({ state, actor, parameters, url }) => {
      const owners = state.organizations.get(parameters.org ?? "");
      if (owners === undefined) throw notFound();
      if (!owners.includes(actor.login)) throw new Refusal(403, "Must be an organization member");
      const asked = url.searchParams.get("q")?.toLowerCase() ?? "";
      const data = state.teams.filter(({ name }) => name.toLowerCase().includes(asked));
      return { status: 200, body: { ok: true, data: data.map(({ id, name }) => ({ id, name })) } };
    },
  },
  {
    route: "GET /teams/{id}/members/{username}",
    answer: (asked) => {
      const account = accountOf(asked);
      if (!teamOf(asked).members.some(({ id }) => id === account.id)) throw notFound();
      return { status: 200, body: userShape(asked.state, account) };
    },
  },
  onRepository("GET", "/pulls/{index}/reviews", "read", (asked) => {
    const { state, url } = asked;
    const shown = threadOf(asked).reviews.map(({ id, author, body, state: said, createdAt }) => ({
      id,
      user: userShape(state, author),
      state: { approved: "APPROVED", changes_requested: "REQUEST_CHANGES", commented: "COMMENT" }[said],
      body,
      comments_count: 0,
      submitted_at: createdAt,
    }));
    return paged(shown, url);
  }),
  onRepository("POST", "/pulls/{index}/requested_reviewers", "write", async (asked) => {
    const { state, repository, body } = asked;
    const logins = Array.isArray(body.reviewers) ? body.reviewers.map(String) : [];
    const thread = threadOf(asked);
    const people = logins.map((username): Account => {
      const account = accountOf({ ...asked, parameters: { username } });
      if (!repository.roles.has(account.login)) throw new Refusal(422, "Reviewer can't read");
      if (account.id === thread.author.id) throw new Refusal(422, "poster of pr can't be reviewer");
      return account;
    });
    askForReview(thread, people);
    return { status: 201, body: [await pullShape(state, thread)] };
  }),
  onRepository("GET", "/branches/{path}", "read", ({ repository, parameters }) => {
    const contexts = repository.requiredChecks.get(parameters.path ?? "");
    const checks = { enable_status_check: contexts !== undefined, status_check_contexts: contexts ?? null };
    return { status: 200, body: { name: parameters.path, protected: contexts !== undefined, ...checks } };
  }),
];

function threadOf({ repository, parameters }: AskedOfRepository) {
  const thread = findThread(repository, Number(parameters.index));
  if (thread?.pull === undefined) throw notFound();
  return thread;
}

function teamOf({ state, parameters }: Asked): Team {
  const team = state.teams.find(({ id }) => String(id) === parameters.id);
  if (team === undefined) throw notFound();
  return team;
}
