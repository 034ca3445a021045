import type { World } from "../../demo/world.ts";
import type { Worlds } from "../../demo/worlds.ts";
import type { ProblemsOf } from "../support/description.ts";
import { problemsOf as azureDevOps } from "./azure-devops/described.ts";
import { problemsOf as bitbucketCloud } from "./bitbucket-cloud/described.ts";
import { problemsOf as bitbucketDataCenter } from "./bitbucket-data-center/described.ts";
import { problemsOf as gitea } from "./gitea/described.ts";
import { problemsOf as github } from "./github/described.ts";
import { problemsOf as gitlab } from "./gitlab/described.ts";
import { problemsOf as gogs } from "./gogs/described.ts";

/** What each vendor's own description of its API has against a request, by the kind of forge. */
export const PROBLEMS: Readonly<Record<string, ProblemsOf>> = {
  "azure-devops": azureDevOps,
  "bitbucket-cloud": bitbucketCloud,
  "bitbucket-data-center": bitbucketDataCenter,
  gitea,
  github,
  gitlab,
  gogs,
} satisfies Record<keyof Worlds, ProblemsOf>;

/**
 * Throws where a stand-in was asked for what the vendor's own description of the API does not know. Holds nothing against
 * it where no description is at hand.
 */
export function mustBeDescribed({ kind, requests }: Pick<World, "kind" | "requests">): void {
  const problems = new Set(requests.flatMap((request) => PROBLEMS[kind]?.(request) ?? []));
  if (problems.size > 0) throw new Error(`requests that are not described: ${[...problems].join("; ")}`);
}
