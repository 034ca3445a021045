import type { Forge } from "../../core/forge.ts";
import { encodePath } from "../shared/path.ts";
import { accounts } from "./accounts.ts";
import type { Addresses } from "./addresses.ts";
import { commits } from "./commits.ts";
import { conversations } from "./conversations.ts";
import { labels } from "./labels.ts";
import type { Line } from "./line.ts";
import { listings } from "./listings.ts";
import { people } from "./people.ts";
import { pulls } from "./pulls.ts";
import { requiredChecks } from "./required-checks.ts";
import { rights } from "./rights.ts";
import { statuses } from "./statuses.ts";
import { threads } from "./threads.ts";
import { webhooks } from "./webhooks.ts";

/** What a client of one Gitea or Forgejo is made of. */
export interface ClientOptions {
  readonly name: string;
  readonly line: Line;
  readonly addresses: Addresses;
  readonly token: string;
}

/**
 * The open line to one Gitea or Forgejo. Everything is asked by the full name of the repository, which servers redirect
 * after a rename.
 */
export function createClient({ name, line, addresses: { web, git }, token }: ClientOptions): Forge {
  const us = accounts(line);
  return {
    name,
    kind: "gitea",
    ...us,
    ...rights(line),
    ...commits(line),
    ...statuses(line),
    ...threads(line, (signal) => us.self(signal)),
    ...labels(line),
    ...conversations(line),
    ...pulls(line),
    ...people(line),
    ...requiredChecks(line),
    gitUrl: ({ fullName }) => `${git}/${fullName}.git`,
    pullRequestRef: (number) => `refs/pull/${number}/head`,
    // Any name goes with a token.
    gitCredentials: () => Promise.resolve({ username: "forgehand", password: token }),
    closingReference: (number) => `Closes #${number}`,
    compareUrl: ({ fullName }, base, branch) =>
      `${web}/${encodePath(fullName)}/compare/${encodePath(base)}...${encodePath(branch)}`,
    listings: listings(line),
    webhooks: webhooks(line),
  };
}
