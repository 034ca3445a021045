import type { ForgeAdapter } from "../core/forge.ts";
import { azureDevOps } from "./azure-devops/index.ts";
import { github } from "./github/index.ts";
import { gitlab } from "./gitlab/index.ts";

/** The kinds of forges that Forgehand serves, one line each. */
export const adapters: readonly ForgeAdapter[] = [github, gitlab, azureDevOps];
