import type { GiteaWorld } from "./gitea/world.ts";
import { openGitea } from "./gitea/world.ts";
import type { BitbucketDataCenterWorld } from "./bitbucket-data-center/world.ts";
import { openBitbucketDataCenter } from "./bitbucket-data-center/world.ts";
import type { BitbucketCloudWorld } from "./bitbucket-cloud/world.ts";
import { openBitbucketCloud } from "./bitbucket-cloud/world.ts";
import type { AzureWorld } from "./azure-devops/world.ts";
import { openAzureDevOps } from "./azure-devops/world.ts";
import type { GitHubWorld } from "./github/world.ts";
import { openGitHub } from "./github/world.ts";
import type { GitLabWorld } from "./gitlab/world.ts";
import { openGitLab } from "./gitlab/world.ts";
import type { GogsWorld } from "./gogs/world.ts";
import { openGogs } from "./gogs/world.ts";
import type { WorldOptions } from "./world.ts";

/** The worlds that there are, by the kind of their forge. */
export interface Worlds {
  readonly github: GitHubWorld;
  readonly gitlab: GitLabWorld;
  readonly gitea: GiteaWorld;
  readonly "bitbucket-data-center": BitbucketDataCenterWorld;
  readonly gogs: GogsWorld;
  readonly "bitbucket-cloud": BitbucketCloudWorld;
  readonly "azure-devops": AzureWorld;
}

/** How each of them is opened, one line each. */
export const WORLDS: { readonly [Kind in keyof Worlds]: (options: WorldOptions) => Promise<Worlds[Kind]> } = {
  github: openGitHub,
  gitlab: openGitLab,
  gitea: openGitea,
  "bitbucket-data-center": openBitbucketDataCenter,
  gogs: openGogs,
  "bitbucket-cloud": openBitbucketCloud,
  "azure-devops": openAzureDevOps,
};

/** Those that the demo's story is played in: it takes statuses, and pull requests that Forgehand opens. */
export const STORIED = ["github", "gitlab"] as const satisfies readonly (keyof Worlds)[];
