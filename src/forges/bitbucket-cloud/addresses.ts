import type { BitbucketCloudSettings } from "./settings.ts";

/** Where Bitbucket Cloud is reached. None ends in a slash. */
export interface Addresses {
  readonly api: string;
  /** Pages for people are below this and the repository's full name. */
  readonly web: string;
  /** Clone addresses are this, a slash, the repository's full name and `.git`. */
  readonly git: string;
}

/** Addresses from what the config says. Source: Bitbucket Cloud docs, "REST API". */
export function addressesOf({
  url = "https://bitbucket.org",
  apiUrl = "https://api.bitbucket.org/2.0",
  gitUrl = url,
}: Pick<BitbucketCloudSettings, "url" | "apiUrl" | "gitUrl">): Addresses {
  return { api: apiUrl, web: url, git: gitUrl };
}
