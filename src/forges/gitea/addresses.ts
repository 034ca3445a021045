import type { GiteaSettings } from "./settings.ts";

/** Where one Gitea or Forgejo is reached. None ends in a slash; each may have a path, which is kept. */
export interface Addresses {
  /** Where people open it. */
  readonly web: string;
  readonly api: string;
  /** Clone addresses are this, a slash, the repository's full name and `.git`. */
  readonly git: string;
}

const API = "/api/v1";

/** Addresses of a server from what the config says: pages, API and git stand under one base unless it says otherwise. */
export function addressesOf({
  url,
  apiUrl,
  gitUrl,
}: Pick<GiteaSettings, "url" | "apiUrl" | "gitUrl">): Addresses {
  const base = apiUrl ?? url;
  return { web: url, api: base.endsWith(API) ? base : `${base}${API}`, git: gitUrl ?? url };
}
