import type { Forge } from "../../core/forge.ts";
import { accounts } from "./accounts.ts";
import type { Addresses } from "./addresses.ts";
import { commits } from "./commits.ts";
import { labels } from "./labels.ts";
import type { Line } from "./line.ts";
import { listings } from "./listings.ts";
import { pagesOf } from "./place.ts";
import { policies } from "./policies.ts";
import { closingReference, pulls } from "./pulls.ts";
import { reviewers } from "./reviewers.ts";
import { rights } from "./rights.ts";
import { statuses } from "./statuses.ts";
import { threads } from "./threads.ts";
import { webhooks } from "./webhooks.ts";

/** What a client of one organization or collection is made of. */
export interface ClientOptions {
  readonly name: string;
  readonly line: Line;
  /** Line to the API that knows accounts. */
  readonly people: Line;
  readonly addresses: Addresses;
  readonly token: string;
  /** Full names of repositories that their project's work items go with, beside those called like their project. */
  readonly workItems: readonly string[];
}

/** The open line to one organization or collection of Azure DevOps. */
export function createClient({ name, line, people, addresses, token, workItems }: ClientOptions): Forge {
  const { web, git } = addresses;
  const known = accounts(line, people);
  const self: Forge["self"] = (signal) => known.self(signal);
  return {
    name,
    kind: "azure-devops",
    ...known,
    ...rights(line, people, self),
    ...commits(line),
    ...statuses(line),
    ...threads(line, { self, web }),
    ...labels(line),
    ...pulls(line, web),
    ...reviewers(line, people),
    ...policies(line),
    gitUrl: (repo) => pagesOf(git, repo),
    // There is no ref of the head alone. The merge has the head behind it, in the form in which it was last tried.
    pullRequestRef: (number) => `refs/pull/${number}/merge`,
    // Any name goes with a token.
    gitCredentials: () => Promise.resolve({ username: "forgehand", password: token }),
    compareUrl: (repo, base, branch) => {
      const versions = new URLSearchParams({ baseVersion: `GB${base}`, targetVersion: `GB${branch}` });
      return `${pagesOf(web, repo)}/branchCompare?${versions.toString()}`;
    },
    closingReference,
    listings: listings({ line, web, workItems }),
    webhooks: webhooks(line),
  };
}
