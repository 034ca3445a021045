import { problemsBy } from "../../support/description.ts";

/** What the descriptions of both products have against a request. */
export const problemsOf = problemsBy({
  files: ["gitea.json", "forgejo.json"],
  base: "/api/v1",
  leftOut:
    /^(?:GET \/repos\/[^/]+\/[^/]+\/issues\/\d+\/timeline|GET \/repos\/(?:issues\/)?search|DELETE \/admin\/hooks\/\d+)$/,
  inItsWords: (request) => ({ ...request, path: asOneSegment(request.path) }),
});

/** A parameter of a description stands for one segment; the path of a file has several. */
function asOneSegment(path: string): string {
  return path.replace(/(?<=\/contents\/).*$/, (file) => file.replaceAll("/", "%2F"));
}
