import type { Account } from "../../stand-in/state.ts";
import { notFound, Refusal } from "../answer.ts";
import { may, permissionOf } from "../callers.ts";
import type { Asked, Route } from "../route.ts";
import { onRepository } from "../route.ts";
import { repositoryShape, userShape } from "../shapes.ts";

/** Who we are, the repository, and who may do what in it. */
export const accountRoutes: readonly Route[] = [
  { route: "GET /user", answer: ({ state, actor }) => ({ status: 200, body: userShape(state, actor) }) },
  {
    route: "GET /users/{username}",
    answer: (asked) => ({ status: 200, body: userShape(asked.state, accountOf(asked)) }),
  },
  // An owner who is a person has no labels of an organization.
  {
    route: "GET /orgs/{org}/labels",
    answer: () => {
      throw notFound();
    },
  },
  { route: "GET /repos/search", answer: () => ({ status: 200, body: { ok: true, data: [] } }) },
  { route: "GET /repos/issues/search", answer: () => ({ status: 200, body: [] }) },
  onRepository("GET", "", "read", ({ state, repository }) => ({
    status: 200,
    body: repositoryShape(state, repository),
  })),
  onRepository("GET", "/collaborators/{username}/permission", "read", (asked) => {
    const { state, repository, actor } = asked;
    const account = accountOf(asked);
    if (account !== actor && !may(actor, repository, "admin")) {
      throw new Refusal(
        403,
        "Only admins can query all permissions, repo admins can query all repo permissions, collaborators can query only their own",
      );
    }
    const permission = permissionOf(account, repository);
    return { status: 200, body: { permission, role_name: permission, user: userShape(state, account) } };
  }),
];

/** The account of the path. Throws 404. */
export function accountOf({ state, parameters }: Asked): Account {
  const login = parameters.username?.toLowerCase();
  const account = state.accounts.find((one) => one.login.toLowerCase() === login);
  if (account === undefined) throw notFound("user does not exist");
  return account;
}
