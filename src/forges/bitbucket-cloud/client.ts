import type { Forge, GitCredentials } from "../../core/forge.ts";
import { accounts } from "./accounts.ts";
import type { Addresses } from "./addresses.ts";
import { commits } from "./commits.ts";
import type { Line } from "./line.ts";
import { listings } from "./listings.ts";
import { pulls } from "./pulls.ts";
import { repositories } from "./repositories.ts";
import { reviewers } from "./reviewers.ts";
import { rights } from "./rights.ts";
import { statuses } from "./statuses.ts";
import { threads } from "./threads.ts";
import { webhooks } from "./webhooks.ts";

/** What a client of Bitbucket Cloud is made of. */
export interface ClientOptions {
  readonly name: string;
  readonly line: Line;
  readonly addresses: Addresses;
  readonly git: GitCredentials;
  /** Whether the token is of an account; access tokens have none. */
  readonly hasAccount: boolean;
}

/** The open line to Bitbucket Cloud. Everything is asked by the workspace and the repository's id. */
export function createClient({ name, line, addresses, git, hasAccount }: ClientOptions): Forge {
  const people = accounts(line, hasAccount);
  const pageOf = (fullName: string) => `${addresses.web}/${fullName}`;
  return {
    name,
    kind: "bitbucket-cloud",
    ...people,
    ...rights(line),
    ...commits(line),
    ...statuses(line, pageOf),
    ...threads(line, (signal) => people.self(signal)),
    ...pulls(line),
    ...reviewers(line),
    ...repositories(line),
    gitUrl: ({ fullName }) => `${addresses.git}/${fullName}.git`,
    compareUrl: ({ fullName }, base, branch) =>
      `${pageOf(fullName)}/pull-requests/new?source=${encodeURIComponent(branch)}&dest=${encodeURIComponent(base)}`,
    // Said to be on Data Center alone: where it is missing, the head is found among the branches.
    pullRequestRef: (number) => `refs/pull-requests/${number}/from`,
    gitCredentials: () => Promise.resolve(git),
    closingReference: (number) => `Closes #${number}`,
    listings: listings(line),
    webhooks: webhooks(line),
  };
}
