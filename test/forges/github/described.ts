import { problemsBy } from "../../support/description.ts";

/** What GitHub's own description has against a request. */
export const problemsOf = problemsBy({
  files: ["github.json"],
  base: "/api/v3",
  leftOut: /^\w+ (?:\/repos\/[^/]+\/[^/]+\/issues\/\d+\/events$|\/orgs\/[^/]+\/hooks\/\d+\/deliveries)/,
});
