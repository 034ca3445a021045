import type { Repo } from "../../core/event.ts";
import type { BitbucketDataCenterSettings } from "./settings.ts";

/** Where one Bitbucket is reached. None ends in a slash; each may have a path, which is kept. */
export interface Addresses {
  /** What people open. */
  readonly web: string;
  /** Where its REST APIs stand, below `/rest`. */
  readonly api: string;
  /** Clone addresses are this, a slash, the repository's full name and `.git`. */
  readonly git: string;
}

/** Addresses of a Bitbucket from what the config says: pages, APIs and git stand under one base, which can have a path. */
export function addressesOf({
  url,
  apiUrl,
  gitUrl,
}: Pick<BitbucketDataCenterSettings, "url" | "apiUrl" | "gitUrl">): Addresses {
  return { web: url, api: apiUrl ?? url, git: gitUrl ?? `${url}/scm` };
}

/** Project key and slug of a repository. A personal project has the key `~` and the slug of its user. */
export function partsOf({ fullName }: Pick<Repo, "fullName">): { project: string; slug: string } {
  const [project = "", slug = ""] = fullName.split("/");
  return { project, slug };
}

/** A repository in the path of the APIs. The tilde of a personal project stays as it is. */
export function apiPath(repo: Pick<Repo, "fullName">): string {
  const { project, slug } = partsOf(repo);
  return `projects/${encodeURIComponent(project)}/repos/${encodeURIComponent(slug)}`;
}

/** A repository in the path of the pages: those of a personal project stand under its user. */
export function pagePath(repo: Pick<Repo, "fullName">): string {
  const { project, slug } = partsOf(repo);
  const owner = project.startsWith("~")
    ? `users/${encodeURIComponent(project.slice(1))}`
    : `projects/${encodeURIComponent(project)}`;
  return `${owner}/repos/${encodeURIComponent(slug)}`;
}

/** A repository in a clone address, where the project's key is written small. */
export function clonePath(repo: Pick<Repo, "fullName">): string {
  const { project, slug } = partsOf(repo);
  return `${encodeURIComponent(project.toLowerCase())}/${encodeURIComponent(slug)}.git`;
}
