import { problemsBy } from "../../support/description.ts";

/** The description leaves out that these lists have pages, as every list has. */
const PAGING = /^\/api\/latest\/(?:users|projects\/.*\/webhooks) (?:start|limit)$/;

/** What Atlassian's own description has against a request. Of webhooks it has those of a repository, and a project's are the same. */
export const problemsOf = problemsBy({
  files: ["bitbucket-data-center.json"],
  base: "/rest",
  leftOut:
    /\/default-branch$|\/projects\/[^/]+\/webhooks\/(?:test|\d+\/latest)$|\/participants$|\/required-builds\/|\/branchmodel$/,
  inItsWords: ({ path, query = {}, ...request }) => ({
    ...request,
    path: described(path),
    // The description writes the numbered permissions as one.
    query: Object.fromEntries(
      Object.entries(query)
        .filter(([name]) => !PAGING.test(`${path} ${name}`))
        .map(([name, value]) => [name.replace(/^permission\.1(?:\..*)?$/, "permission.N"), value]),
    ),
  }),
});

/** A path as the description writes it: one segment for each parameter, and no versions but the latest. */
function described(path: string): string {
  const [, before, file] = /^(.*\/raw\/)(.*)$/.exec(path) ?? [];
  const whole = before === undefined || file === undefined ? path : `${before}${file.replaceAll("/", "%2F")}`;
  return whole.replace(/^\/build-status\/1\.0\//, "/build-status/latest/");
}
