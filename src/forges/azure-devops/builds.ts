import type { DeliveryHeaders, Reading } from "../../core/delivery.ts";
import type { CheckState } from "../../core/event.ts";
import { NOBODY } from "../../core/event.ts";
import { ended } from "../shared/checks.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, unreadable } from "../shared/reading.ts";
import type { Build } from "./payloads.ts";
import { BuildPayload, BuildVersion } from "./payloads.ts";
import { repoId } from "./place.ts";
import { REPOSITORY_HEADER } from "./repository-header.ts";
import { actorOf, branchOf } from "./translate.ts";

const HEADER = REPOSITORY_HEADER.toLowerCase();

/** A repository of Azure DevOps itself, as builds call it. */
const OWN = "TfsGit";

/** A build whose steps failed that may fail passes, as branch policies have it. Source: Azure DevOps docs, "Builds - Get". */
const RESULTS: ReadonlyMap<string, CheckState> = new Map([
  ["succeeded", "success"],
  ["partiallySucceeded", "success"],
  ["failed", "failure"],
  ["canceled", "cancelled"],
  ["none", "error"],
]);

/**
 * Read a build that ended: a check by the name of its pipeline. That of a pull request ran on a merge that nobody has; it
 * tells of the head that was merged.
 */
export function readBuild(payload: PayloadData, headers: DeliveryHeaders): Reading {
  const kind = "build.complete";
  return read(kind, BuildVersion, payload, ({ resource }) => {
    if (resource.repository === undefined) {
      return unreadable(
        "the build does not say which repository it is of, as in version 1.0 of its resource: " +
          "choose version 2.0 in the service hook",
      );
    }
    return read(kind, BuildPayload, payload, (body) => readResult(body.resource, headers));
  });
}

function readResult(build: Build, headers: DeliveryHeaders): Reading {
  const { result, status, definition, project, repository, buildNumber, _links } = build;
  if ((repository.type ?? OWN) !== OWN) return ignored("the build is of a repository that is elsewhere");
  const name = repository.name ?? nameIn(repository.url);
  if (name === undefined) return unreadable("the build does not name its repository");
  if (!isIn(project.name, repository.url)) return ignored("the build is of a repository of another project");
  const wanted = headers[HEADER]?.trim() ?? "";
  if (wanted !== "" && wanted.toLowerCase() !== name.toLowerCase()) {
    return ignored(`the build is of another repository than the header ${REPOSITORY_HEADER} names`);
  }
  if (status && status !== "completed") return ignored("the build has not ended yet, which starts nothing");
  const state = RESULTS.get(result ?? "none");
  if (state === undefined) return ignored(`the build is "${result ?? ""}", which Forgehand does not know`);
  const place = placeOf(build);
  if (place === undefined) return unreadable("the build does not say which commit it is of");
  const { sha, branch } = place;
  const url = _links?.web?.href;
  return ended({
    repo: { id: repoId(project.id, name), fullName: `${project.name}/${name}` },
    actor: build.requestedFor ? actorOf(build.requestedFor) : NOBODY,
    name: definition.name,
    state,
    sha,
    description: buildNumber,
    url,
    branch,
  });
}

/** The commit and branch that a build is of: those of the pull request that it ran for. */
function placeOf({ sourceBranch, sourceVersion, triggerInfo }: Build) {
  const isOfPullRequest = sourceBranch?.startsWith("refs/pull/") === true;
  const sha = isOfPullRequest ? triggerInfo?.["pr.sourceSha"] : sourceVersion;
  if (!sha || !/^[0-9a-f]{40}$/i.test(sha)) return undefined;
  const ref = isOfPullRequest ? triggerInfo?.["pr.sourceBranch"] : sourceBranch;
  return { sha: sha.toLowerCase(), ...(ref ? { branch: branchOf(ref) } : {}) };
}

/** The name of a repository at the end of its address. */
function nameIn(url: string | null | undefined): string | undefined {
  return partsOf(url)?.name;
}

/** Whether a repository is in a project: its address says so, where there is one. A repository that is called like it leaves it out. */
function isIn(project: string, url: string | null | undefined): boolean {
  const parts = partsOf(url);
  if (parts === undefined) return true;
  return [parts.above, parts.name].some((one) => one.toLowerCase() === project.toLowerCase());
}

/** What stands around `_git` in the address of a repository. */
function partsOf(url: string | null | undefined): { above: string; name: string } | undefined {
  const [, above, name] = /\/([^/]+)\/_git\/([^/]+)$/.exec(URL.parse(url ?? "")?.pathname ?? "") ?? [];
  if (above === undefined || name === undefined) return undefined;
  return { above: decoded(above), name: decoded(name) };
}

/** A part of an address; one that is badly encoded as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
