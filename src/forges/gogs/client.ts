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
import { headRef, pulls } from "./pulls.ts";
import type { AskRefs } from "./refs.ts";
import { threads } from "./threads.ts";
import { webhooks } from "./webhooks.ts";

/** What a client of one Gogs is made of. */
export interface ClientOptions {
  readonly name: string;
  readonly line: Line;
  readonly askRefs: AskRefs;
  readonly addresses: Addresses;
  readonly token: string;
}

/** The open line to one Gogs. Everything is asked by the full name of the repository: Gogs forgets old names. */
export function createClient({ name, line, askRefs, addresses, token }: ClientOptions): Forge {
  const { web, git } = addresses;
  const us = accounts(line);
  return {
    name,
    kind: "gogs",
    ...us,
    ...commits(line),
    ...threads(line, (signal) => us.self(signal)),
    ...labels(line),
    ...conversations(line, web),
    ...people(line),
    ...pulls({ line, askRefs, web }),
    gitUrl: ({ fullName }) => `${git}/${fullName}.git`,
    pullRequestRef: headRef,
    // Old servers take a token for the name alone, newer ones for either.
    gitCredentials: () => Promise.resolve({ username: token, password: token }),
    closingReference: (number) => `Closes #${number}`,
    compareUrl: ({ fullName }, base, branch) =>
      `${web}/${encodePath(fullName)}/compare/${encodePath(base)}...${encodePath(branch)}`,
    listings: listings({ line, askRefs, web }),
    webhooks: webhooks(line),
  };
}
