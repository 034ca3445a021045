import type { ForgeAdapter } from "../core/forge.ts";
import { azureDevOps } from "./azure-devops/index.ts";
import { bitbucketCloud } from "./bitbucket-cloud/index.ts";
import { bitbucketDataCenter } from "./bitbucket-data-center/index.ts";
import { gitea } from "./gitea/index.ts";
import { github } from "./github/index.ts";
import { gitlab } from "./gitlab/index.ts";
import { gogs } from "./gogs/index.ts";

/**
 * The kinds of forges that Forgehand serves, one line each, in the order in which they are asked whether a request is
 * theirs: those first that send the headers of others beside their own.
 */
export const adapters: readonly ForgeAdapter[] = [
  gitea,
  gogs,
  github,
  gitlab,
  bitbucketCloud,
  bitbucketDataCenter,
  azureDevOps,
];
