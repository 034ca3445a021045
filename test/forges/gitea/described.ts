import { problemsBy } from "../../support/description.ts";

/** What the descriptions of both products have against a request. */
export const problemsOf = problemsBy({
  files: ["gitea.json", "forgejo.json"],
  base: "/api/v1",
  leftOut:
    /^(?:\w+ \/repos\/[^/]+\/[^/]+\/pulls\/\d+\/(?:requested_reviewers|reviews(?:\/\d+\/comments)?)|GET \/orgs\/[^/]+\/teams\/search|GET \/teams\/\d+\/members\/[^/]+|GET \/repos\/[^/]+\/[^/]+\/issues\/\d+\/timeline|GET \/repos\/(?:issues\/)?search|DELETE \/admin\/hooks\/\d+)$/,
  inItsWords: (request) => ({ ...request, path: asOneSegment(request.path) }),
});

/** A parameter of a description stands for one segment; the path of a file and the name of a branch have several. */
function asOneSegment(path: string): string {
  return path.replace(/(?<=\/(?:contents|branches)\/).*$/, (file) => file.replaceAll("/", "%2F"));
}
