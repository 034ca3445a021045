import { problemsBy } from "../../support/description.ts";

/** What GitHub's own description has against a request. */
export const problemsOf = problemsBy({
  files: ["github.json"],
  base: "/api/v3",
  leftOut:
    /^\w+ (?:\/repos\/[^/]+\/[^/]+\/(?:issues\/\d+\/events$|pulls\/\d+\/(?:comments|reviews|requested_reviewers)$|rules\/branches\/)|\/orgs\/[^/]+\/(?:hooks\/\d+\/deliveries|teams\/))/,
});
