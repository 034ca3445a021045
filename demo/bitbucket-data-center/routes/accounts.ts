import { invalid, notFound, paged, unauthenticated } from "../answer.ts";
import { has } from "../callers.ts";
import type { Asked, Route } from "../route.ts";
import { userShape } from "../shapes.ts";

/** What the server is, and who may do what. */
export const accountRoutes: readonly Route[] = [
  {
    route: "GET /api/latest/application-properties",
    answer: () => ({ status: 200, body: { version: "9.4.2", displayName: "Bitbucket" } }),
  },
  { route: "GET /api/latest/users", answer: listUsers },
];

/** Users by a part of their names, by a group, and by a permission that they effectively have. Accounts of tokens are not listed. */
function listUsers({ state, actor, url }: Asked) {
  if (actor === undefined) throw unauthenticated();
  const asked = (name: string) => url.searchParams.get(name) ?? "";
  const filter = asked("filter").toLowerCase();
  const group = asked("group");
  const team = state.teams.find((one) => one.name === group);
  const permission = asked("permission.1");
  const name = `${asked("permission.1.projectKey")}/${asked("permission.1.repositorySlug")}`;
  const repository = state.repositories.find(({ fullName }) => fullName === name);
  if (permission !== "" && repository === undefined) {
    throw notFound("repository.NoSuchRepositoryException", `Repository ${name}`);
  }
  const found = state.accounts.filter((account) => {
    if (account.bot || !account.login.toLowerCase().includes(filter)) return false;
    if (group !== "" && !team?.members.some(({ id }) => id === account.id)) return false;
    if (permission === "" || repository === undefined) return true;
    const holds = has(account, repository, permission);
    if (holds === undefined) throw invalid(`${permission} is no permission in a repository.`);
    return holds;
  });
  return paged(
    found.map((account) => userShape(state, account)),
    url,
  );
}
