import { notFound, paged } from "../answer.ts";
import { levelOf } from "../callers.ts";
import type { Asked, Route } from "../route.ts";
import { onProject } from "../route.ts";
import { projectShape, userShape } from "../shapes.ts";

/** Who we are, the project, and who may do what in it. */
export const projectRoutes: readonly Route[] = [
  { route: "GET /user", answer: ({ state, actor }) => ({ status: 200, body: userShape(state, actor) }) },
  {
    route: "GET /users",
    answer: ({ state, url }) => {
      const name = url.searchParams.get("username")?.toLowerCase();
      const found = state.accounts.filter(({ login }) => name === undefined || login.toLowerCase() === name);
      return paged(
        found.map((account) => userShape(state, account)),
        url,
      );
    },
  },
  {
    route: "GET /users/{user}",
    answer: (asked) => ({ status: 200, body: userShape(asked.state, accountOf(asked)) }),
  },
  onProject("GET /projects/{id}", "read", ({ state, repository, actor }) => {
    const level = levelOf(repository, actor);
    const access = level === undefined ? null : { access_level: level, notification_level: 3 };
    const permissions = { project_access: access, group_access: null };
    return { status: 200, body: { ...projectShape(state, repository), permissions } };
  }),
  onProject("GET /projects/{id}/members/all/{user}", "read", (asked) => {
    const account = accountOf(asked);
    const level = levelOf(asked.repository, account);
    if (level === undefined) throw notFound();
    const member = { access_level: level, expires_at: null, membership_state: "active" };
    return { status: 200, body: { ...userShape(asked.state, account), ...member } };
  }),
];

function accountOf({ state, parameters }: Asked) {
  const account = state.accounts.find(({ id }) => String(id) === parameters.user);
  if (account === undefined) throw notFound("User");
  return account;
}
