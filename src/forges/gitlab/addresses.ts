import type { GitLabSettings } from "./settings.ts";

/** Where one GitLab is reached. None ends in a slash; each may have a path, which is kept. */
export interface Addresses {
  /** Base of the API without `/api/v4`, which the API client adds. */
  readonly host: string;
  /** Clone addresses are this, a slash, the repository's full name and `.git`. */
  readonly git: string;
}

const GITLAB = "https://gitlab.com";
const API = "/api/v4";

/**
 * Addresses of a GitLab from what the config says. API, pages and git stand under one base, which on self-managed
 * servers can have a path. Source: GitLab docs, "REST API" and "Install GitLab under a relative URL".
 */
export function addressesOf({
  url,
  apiUrl,
  gitUrl,
}: Pick<GitLabSettings, "url" | "apiUrl" | "gitUrl">): Addresses {
  const base = apiUrl?.endsWith(API) ? apiUrl.slice(0, -API.length) : apiUrl;
  const web = url ?? base ?? GITLAB;
  return { host: base ?? web, git: gitUrl ?? web };
}
