import type { Forge } from "../../core/forge.ts";
import type { AskJson } from "../shared/json-api.ts";
import { encodePath } from "../shared/path.ts";
import { accounts } from "./accounts.ts";
import { commits } from "./commits.ts";
import type { Line } from "./line.ts";
import { listings } from "./listings.ts";
import { pulls } from "./pulls.ts";
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
  const people = accounts(line);
  return {
    name,
    kind: "gitlab",
    ...people,
    ...rights(line),
    ...commits(line),
    ...statuses(line),
    ...threads(line, (signal) => people.self(signal)),
    ...pulls(line),
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
