import { problemsBy } from "../../support/description.ts";

/** What lists take and the description leaves out of their parameters. Source: Bitbucket docs, paging and filters. */
const OF_LISTS = ["page", "pagelen", "q", "sort"];

/** What Bitbucket's own description has against a request. */
export const problemsOf = problemsBy({
  files: ["bitbucket-cloud.json"],
  base: "/2.0",
  inItsWords: ({ path, query = {}, ...request }) => ({
    ...request,
    path: asSegments(path),
    query: Object.fromEntries(Object.entries(query).filter(([name]) => !OF_LISTS.includes(name))),
  }),
});

/** Names of branches and files hold slashes, which the description has as one segment. */
function asSegments(path: string): string {
  return path.replace(
    /(\/refs\/(?:branches|tags)\/|\/src\/[0-9a-f]+\/)(.+)$/,
    (_, before: string, name: string) => `${before}${name.replaceAll("/", "%2F")}`,
  );
}
