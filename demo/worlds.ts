import type { AzureWorld } from "./azure-devops/world.ts";
import { openAzureDevOps } from "./azure-devops/world.ts";
import type { GitHubWorld } from "./github/world.ts";
import { openGitHub } from "./github/world.ts";
import type { GitLabWorld } from "./gitlab/world.ts";
import { openGitLab } from "./gitlab/world.ts";
import type { WorldOptions } from "./world.ts";

/** The worlds that there are, by the kind of their forge. */
export interface Worlds {
  readonly github: GitHubWorld;
  readonly gitlab: GitLabWorld;
  readonly "azure-devops": AzureWorld;
}

/** How each of them is opened, one line each. */
export const WORLDS: { readonly [Kind in keyof Worlds]: (options: WorldOptions) => Promise<Worlds[Kind]> } = {
  github: openGitHub,
  gitlab: openGitLab,
  "azure-devops": openAzureDevOps,
};

/** The worlds that the demo plays in: its story asks for what these forges tell. */
export const PLAYED = ["github", "gitlab"] as const satisfies readonly (keyof Worlds)[];
