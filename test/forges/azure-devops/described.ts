import { problemsBy } from "../../support/description.ts";

/**
 * What Microsoft's own description of its API has against a request, whose path begins with the organization or collection.
 * Some operations it leaves out, and one it has run into another (list into batch).
 */
export const problemsOf = problemsBy({
  files: ["azure-devops.json"],
  base: "",
  leftOut:
    /^(?:GET|POST) \S+\/pullRequests\/\d+\/reviewers$|^GET \S+(?:\/_apis\/(?:connectionData|identities|build\/definitions|git\/policy\/configurations)|\/wit\/workItems\/\d+\/comments|\/repositories\/[^/]+\/items)$/,
  inItsWords: (request) => ({ ...request, path: inItsCase(request.path) }),
});

/** The API takes any case, its description has one of each; and a team, which may be left out, it always names. */
function inItsCase(path: string): string {
  return path
    .replace(/\/workItems\/(\d+)$/, "/workitems/$1")
    .replace(/\/_apis\/wit\/wiql$/, "/team/_apis/wit/wiql");
}
