import type { Actor, Issue, PullRequest, Repo } from "../../core/event.ts";
import { isNobody, NOBODY } from "../../core/event.ts";
import { textOf } from "./html.ts";
import type * as payloads from "./payloads.ts";
import { repoId } from "./place.ts";
import { tagsIn } from "./tags.ts";

const HEADS = "refs/heads/";

/** States of Microsoft's own processes in which nothing is left to do. Source: Azure DevOps docs, "Workflow states". */
export const CLOSED: ReadonlySet<string> = new Set(["closed", "completed", "done", "inactive", "removed"]);

/**
 * Accounts of programs: by their descriptor those of services and applications, by their name those that pipelines run
 * as. Source: Azure DevOps docs, "Graph descriptors" and "Access repositories, artifacts, and other resources".
 */
const PROGRAM_DESCRIPTOR = /^(?:svc|s2s|aadsp)\./;
const BUILD_SERVICE = /^Build\\/i;

/** An identity in our words. Its id is a GUID; names change and may be somebody else's. */
export function actorOf({ id, uniqueName, displayName, descriptor }: payloads.Identity): Actor {
  const login = uniqueName ?? displayName ?? "";
  const isProgram = PROGRAM_DESCRIPTOR.test(descriptor ?? "") || BUILD_SERVICE.test(uniqueName ?? "");
  return { id: id?.toLowerCase() ?? "", login, ...(isProgram ? { bot: true } : {}) };
}

/** The author, where one is told. */
function authorOf(actor: Actor): { author?: Actor } {
  return isNobody(actor) ? {} : { author: actor };
}

/**
 * A person in a field of a work item. Of a text only the unique name counts, in angle brackets at its end; a text
 * without it is a name that anybody may give oneself, so that it names nobody.
 */
export function personOf(person: payloads.Person): Actor {
  if (typeof person !== "string") return person ? actorOf(person) : NOBODY;
  const login = person.endsWith(">") ? person.slice(person.lastIndexOf("<") + 1, -1) : "";
  return { id: "", login, ...(BUILD_SERVICE.test(login) ? { bot: true } : {}) };
}

export function repoOf({
  name,
  project,
  defaultBranch,
}: Pick<payloads.Repository, "name" | "project" | "defaultBranch">): Repo {
  return {
    id: repoId(project.id, name),
    fullName: `${project.name}/${name}`,
    ...(defaultBranch ? { defaultBranch: branchOf(defaultBranch) } : {}),
  };
}

/** The short name of a branch; another ref stays as it is. */
export function branchOf(ref: string): string {
  return ref.startsWith(HEADS) ? ref.slice(HEADS.length) : ref;
}

/** Whether a state of a work item means that nothing is left to do. One of a process of one's own counts as open. */
export function isClosed(state: string | null | undefined): boolean {
  return CLOSED.has((state ?? "").toLowerCase());
}

export function issueOf(number: number, fields: payloads.Fields, url: string | null | undefined): Issue {
  const { "System.Description": description, "Microsoft.VSTS.TCM.ReproSteps": steps } = fields;
  return {
    number,
    title: fields["System.Title"],
    body: textOf(description ?? steps ?? ""),
    state: isClosed(fields["System.State"]) ? "closed" : "open",
    labels: tagsIn(fields["System.Tags"]),
    ...(url ? { url } : {}),
    ...authorOf(personOf(fields["System.CreatedBy"])),
  };
}

/**
 * A pull request as a delivery tells it. The head is left out: what is told was true when a merge was last tried, and
 * may lag behind the push that is told of. So the forge is asked for it.
 */
export function pullRequestOf(request: payloads.PullRequest): PullRequest {
  const { name, project } = request.repository;
  return proposalOf(request, `${project.name}/${name}`, urlOf(request));
}

/** What deliveries and answers say alike of a pull request to the repository of this full name. */
export function proposalOf(
  request: Omit<payloads.PullRequest, "repository" | "createdBy" | "reviewers" | "closedBy" | "_links"> & {
    readonly createdBy?: payloads.Identity | null | undefined;
  },
  fullName: string,
  url: string | undefined,
): PullRequest {
  const { forkSource } = request;
  const fork = forkSource !== null && forkSource !== undefined;
  return {
    number: request.pullRequestId,
    title: request.title,
    body: request.description ?? "",
    state: stateOf(request.status),
    labels: labelsOf(request.labels),
    ...(url === undefined ? {} : { url }),
    source: {
      branch: branchOf(request.sourceRefName),
      repo: fork ? nameOf(forkSource.repository) : fullName,
    },
    target: { branch: branchOf(request.targetRefName) },
    fork,
    draft: request.isDraft ?? false,
    ...(request.createdBy ? authorOf(actorOf(request.createdBy)) : {}),
  };
}

function stateOf(status: string): PullRequest["state"] {
  if (status === "completed") return "merged";
  return status === "abandoned" ? "closed" : "open";
}

export function labelsOf(labels: payloads.PullRequest["labels"]): string[] {
  return (labels ?? []).flatMap(({ name, active }) => (name && active !== false ? [name] : []));
}

/** The full name of a fork; null where it is gone. */
function nameOf(
  repository: { name: string; project?: { name: string } | null | undefined } | null | undefined,
): string | null {
  return repository?.project ? `${repository.project.name}/${repository.name}` : null;
}

/** The page of a pull request; older versions name the repository's address alone, with the organization as user. */
function urlOf({ _links, repository, pullRequestId }: payloads.PullRequest): string | undefined {
  if (_links?.web?.href) return _links.web.href;
  const url = URL.parse(repository.remoteUrl ?? "");
  return url === null
    ? undefined
    : `${url.protocol}//${url.host}${url.pathname}/pullrequest/${pullRequestId}`;
}
