import type { Forge } from "../../core/forge.ts";
import { accounts } from "./accounts.ts";
import type { Addresses } from "./addresses.ts";
import { clonePath } from "./addresses.ts";
import { commits } from "./commits.ts";
import type { Line } from "./line.ts";
import { listings } from "./listings.ts";
import { pulls } from "./pulls.ts";
import { repositories } from "./repositories.ts";
import { requiredBuilds } from "./required-builds.ts";
import { reviewers } from "./reviewers.ts";
import { statuses } from "./statuses.ts";
import { threads } from "./threads.ts";
import { webhooks } from "./webhooks.ts";

/** What a client of one Bitbucket is made of. */
export interface ClientOptions {
  readonly name: string;
  readonly line: Line;
  readonly addresses: Addresses;
  readonly token: string;
}

/** The open line to one Bitbucket. Everything is asked by project key and slug: its APIs know no other way. */
export function createClient({ name, line, addresses, token }: ClientOptions): Forge {
  const people = accounts(line, { forge: name, token });
  return {
    name,
    kind: "bitbucket-data-center",
    ...people,
    ...commits(line),
    ...statuses(line, addresses),
    ...threads(line, (signal) => people.self(signal)),
    ...pulls(line, addresses),
    ...reviewers(line),
    ...requiredBuilds(line),
    ...repositories(line),
    gitUrl: (repo) => `${addresses.git}/${clonePath(repo)}`,
    pullRequestRef: (number) => `refs/pull-requests/${number}/from`,
    // There are no issues: this names one for a person, and nothing more.
    closingReference: (number) => `For issue ${number}.`,
    listings: listings(line, addresses),
    webhooks: webhooks(line),
  };
}
