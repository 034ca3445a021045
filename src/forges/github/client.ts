import type { Probot } from "probot";

import type { Forge } from "../../core/forge.ts";
import { encodePath } from "../shared/path.ts";
import { accounts } from "./accounts.ts";
import { addressesOf } from "./addresses.ts";
import { commits } from "./commits.ts";
import { conversations } from "./conversations.ts";
import { listings } from "./listings.ts";
import { openLine } from "./line.ts";
import { people } from "./people.ts";
import { pulls } from "./pulls.ts";
import { repositories } from "./repositories.ts";
import type { GitHubSettings } from "./settings.ts";
import { requiredChecks } from "./required-checks.ts";
import { rights } from "./rights.ts";
import { threads } from "./threads.ts";
import { webhooks } from "./webhooks.ts";

/**
 * The open line to one GitHub, by Probot's Octokit. Everything is asked by the full name of the repository, which
 * GitHub redirects after a rename.
 */
export function createClient(name: string, settings: GitHubSettings, probot: Probot): Forge {
  const { git, web } = addressesOf(settings);
  const line = openLine({ forge: name, probot, isApp: settings.token === undefined });
  const us = accounts(line, settings.token);
  return {
    name,
    kind: "github",
    ...us,
    ...rights(line),
    ...commits(line),
    ...threads(line, (signal) => us.self(signal)),
    ...conversations(line),
    ...pulls(line),
    ...people(line),
    ...requiredChecks(line),
    ...repositories(line),
    gitUrl: ({ fullName }) => `${git}/${fullName}.git`,
    pullRequestRef: (number) => `refs/pull/${number}/head`,
    closingReference: (number) => `Closes #${number}`,
    compareUrl: ({ fullName }, base, branch) =>
      `${web}/${fullName}/compare/${encodePath(base)}...${encodePath(branch)}?expand=1`,
    listings: listings(line),
    webhooks: webhooks(line),
  };
}
