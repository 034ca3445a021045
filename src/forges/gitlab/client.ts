import type { Forge } from "../../core/forge.ts";
import type { AskJson } from "../shared/json-api.ts";
import { encodePath } from "../shared/path.ts";
import { accounts } from "./accounts.ts";
import { commits } from "./commits.ts";
import { conversations } from "./conversations.ts";
import type { Line } from "./line.ts";
import { listings } from "./listings.ts";
import { people } from "./people.ts";
import { pulls } from "./pulls.ts";
import { requiredChecks } from "./required-checks.ts";
import { rights } from "./rights.ts";
import { statuses } from "./statuses.ts";
import { threads } from "./threads.ts";
import { webhooks } from "./webhooks.ts";

/** What a client of one GitLab is made of. */
export interface ClientOptions {
  readonly name: string;
  readonly line: Line;
  /** Asks what gitbeaker has no calls for. */
  readonly ask: AskJson;
  /** Where people open it. */
  readonly web: string;
  /** Base of clone addresses. */
  readonly git: string;
  readonly token: string;
}

/**
 * The open line to one GitLab, by gitbeaker. Everything is asked by the project's number, which stays the same when
 * the project is renamed or moved.
 */
export function createClient({ name, line, ask, web, git, token }: ClientOptions): Forge {
  const us = accounts(line);
  return {
    name,
    kind: "gitlab",
    ...us,
    ...rights(line),
    ...commits(line),
    ...statuses(line),
    ...threads(line, (signal) => us.self(signal)),
    ...conversations(line),
    ...pulls(line),
    ...people(line),
    ...requiredChecks(line),
    gitUrl: ({ fullName }) => `${git}/${fullName}.git`,
    pullRequestRef: (number) => `refs/merge-requests/${number}/head`,
    // Any name but a blank one goes with an access token; this one also goes with a token of OAuth.
    gitCredentials: () => Promise.resolve({ username: "oauth2", password: token }),
    closingReference: (number) => `Closes #${number}`,
    compareUrl: ({ fullName }, base, branch) =>
      `${web}/${fullName}/-/compare/${encodePath(base)}...${encodePath(branch)}`,
    listings: listings(line),
    webhooks: webhooks(ask),
  };
}
