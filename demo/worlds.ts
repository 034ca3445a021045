import type { BitbucketCloudWorld } from "./bitbucket-cloud/world.ts";
import { openBitbucketCloud } from "./bitbucket-cloud/world.ts";
import type { GitHubWorld } from "./github/world.ts";
import { openGitHub } from "./github/world.ts";
import type { GitLabWorld } from "./gitlab/world.ts";
import { openGitLab } from "./gitlab/world.ts";
import type { WorldOptions } from "./world.ts";

/** The worlds that there are, by the kind of their forge. */
export interface Worlds {
  readonly github: GitHubWorld;
  readonly gitlab: GitLabWorld;
  readonly "bitbucket-cloud": BitbucketCloudWorld;
}

/** How each of them is opened, one line each. */
export const WORLDS: { readonly [Kind in keyof Worlds]: (options: WorldOptions) => Promise<Worlds[Kind]> } = {
  github: openGitHub,
  gitlab: openGitLab,
  "bitbucket-cloud": openBitbucketCloud,
};
