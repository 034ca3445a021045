import type { Repo } from "../../core/event.ts";
import type { Permission } from "../../core/forge.ts";
import type { Line } from "./line.ts";
import { at, repositoryPath } from "./place.ts";
import type { Entry } from "./replies.ts";
import { AccessControlLists, Repository } from "./replies.ts";

/** The security namespace of git repositories. */
const GIT_REPOSITORIES = "2e9eb7ed-3c0f-47d4-87c1-0ffdd275fd87";

/** What stands above all repositories of all projects. */
export const ALL_REPOSITORIES = "repoV2";

/**
 * What a bit of the namespace permits, least first: read, contribute to pull requests, contribute (push), edit
 * policies, manage permissions. Source: Azure DevOps docs, "Security namespace and permission reference".
 */
const BITS: readonly (readonly [number, Permission])[] = [
  [2, "read"],
  [16_384, "triage"],
  [4, "write"],
  [2_048, "maintain"],
  [8_192, "admin"],
];

/**
 * What an account may do in a repository, groups and what is inherited included. The API has no question for somebody
 * else's permission, but the access control list tells what is effective for a descriptor. A repository without a list
 * of its own has that of its project.
 */
export async function permissionIn(
  line: Line,
  repo: Repo,
  descriptor: string,
  signal?: AbortSignal,
): Promise<Permission> {
  const { id, project } = await line.ask({ path: repositoryPath(repo), reply: Repository, signal });
  for (const token of [`${ALL_REPOSITORIES}/${project.id}/${id}`, `${ALL_REPOSITORIES}/${project.id}`]) {
    const entries = Object.entries(await listOf(line, token, descriptor, signal));
    const entry = entries.find(([name]) => name.toLowerCase() === descriptor.toLowerCase())?.[1];
    if (entry !== undefined) return permitted(entry);
  }
  return "none";
}

/** The entries of a descriptor in the list of a token, by name of the descriptor; none where there is no list. */
export async function listOf(
  line: Line,
  token: string,
  descriptor: string,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, Entry>>> {
  const { value } = await line.ask({
    path: at`/_apis/accesscontrollists/${GIT_REPOSITORIES}`,
    query: { token, descriptors: descriptor, includeExtendedInfo: "true" },
    reply: AccessControlLists,
    signal,
  });
  return value[0]?.acesDictionary ?? {};
}

function permitted({ allow, deny, extendedInfo }: Entry): Permission {
  const allowed = extendedInfo?.effectiveAllow ?? allow ?? 0;
  const denied = extendedInfo?.effectiveDeny ?? deny ?? 0;
  const reached = BITS.filter(([bit]) => (allowed & bit) !== 0 && (denied & bit) === 0);
  return reached.at(-1)?.[1] ?? "none";
}
