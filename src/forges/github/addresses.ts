import type { GitHubSettings } from "./settings.ts";

/** Where one GitHub is reached. None ends in a slash. */
export interface Addresses {
  /** Where people open it. */
  readonly web: string;
  readonly api: string;
  /** Clone addresses are this, a slash, the repository's full name and `.git`. */
  readonly git: string;
}

const GITHUB = "https://github.com";
const GITHUB_API = "https://api.github.com";
const SERVER_API = "/api/v3";

/**
 * Addresses of a GitHub from what the config says: github.com has its API on a host of its own, data residency
 * (`SUBDOMAIN.ghe.com`) likewise, an Enterprise Server under `/api/v3`. Source: docs.github.com, "Getting started with
 * the REST API".
 */
export function addressesOf({
  url,
  apiUrl,
  gitUrl,
}: Pick<GitHubSettings, "url" | "apiUrl" | "gitUrl">): Addresses {
  const web = url ?? (apiUrl === undefined ? GITHUB : webOf(apiUrl));
  return { web, api: apiUrl ?? apiOf(web), git: gitUrl ?? web };
}

function apiOf(web: string): string {
  if (web === GITHUB) return GITHUB_API;
  const { protocol, host } = new URL(web);
  return host.endsWith(".ghe.com") ? `${protocol}//api.${host}` : `${web}${SERVER_API}`;
}

function webOf(api: string): string {
  if (api === GITHUB_API) return GITHUB;
  const { protocol, host } = new URL(api);
  if (host.endsWith(".ghe.com")) return `${protocol}//${host.replace(/^api\./, "")}`;
  return api.endsWith(SERVER_API) ? api.slice(0, -SERVER_API.length) : api;
}
