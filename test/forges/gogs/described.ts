import { problemsBy } from "../../support/description.ts";

/** Lists that come in pages, which the description does not tell. */
const PAGED = /^\/repos\/[^/]+\/[^/]+\/issues$/;

/** What Gogs' own description has against a request. It leaves out who is in an organisation. */
export const problemsOf = problemsBy({
  files: ["gogs.json"],
  base: "/api/v1",
  leftOut: /^GET (?:\/orgs\/[^/]+\/teams|\/admin\/teams\/\d+\/members)$/,
  inItsWords: ({ query = {}, ...request }) => ({
    ...request,
    query: PAGED.test(request.path) ? without("page", query) : query,
  }),
});

function without(name: string, query: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter(([one]) => one !== name));
}
