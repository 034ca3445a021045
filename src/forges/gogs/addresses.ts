import type { GogsSettings } from "./settings.ts";

/** Where one Gogs is reached. None ends in a slash; each may have a path, which is kept. */
export interface Addresses {
  /** Where people open it. */
  readonly web: string;
  readonly api: string;
  /** Clone addresses are this, a slash, the repository's full name and `.git`. */
  readonly git: string;
}

/** Addresses of a Gogs from what the config says: pages, API and git stand under one base. */
export function addressesOf({ url, gitUrl }: Pick<GogsSettings, "url" | "gitUrl">): Addresses {
  return { web: url, api: `${url}/api/v1`, git: gitUrl ?? url };
}
