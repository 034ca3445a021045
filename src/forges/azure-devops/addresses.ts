import type { AzureDevOpsSettings } from "./settings.ts";

/** Where one organization or collection is reached. None ends in a slash; each may have a path, which is kept. */
export interface Addresses {
  /** Where people open it. */
  readonly web: string;
  /** Base of the API, before the project. */
  readonly api: string;
  /** Base of the API that knows accounts. */
  readonly identities: string;
  /** Clone addresses are this, a slash, the project, `/_git/` and the repository. */
  readonly git: string;
}

const SERVICES = "dev.azure.com";
const SERVICES_IDENTITIES = "vssps.dev.azure.com";
/** Organizations that were made before 2018 may still be reached by a host of their own. */
const OLD_SERVICES = ".visualstudio.com";

/**
 * Addresses of an organization or collection from what the config says. Services know accounts on another host, a
 * server on its own. Source: Azure DevOps docs, "REST API reference" and "Allowed domain URLs".
 */
export function addressesOf({
  url,
  apiUrl,
  gitUrl,
  identityUrl,
}: Pick<AzureDevOpsSettings, "url" | "apiUrl" | "gitUrl" | "identityUrl">): Addresses {
  const api = apiUrl ?? url;
  return { web: url, api, git: gitUrl ?? url, identities: identityUrl ?? identitiesOf(api) };
}

function identitiesOf(api: string): string {
  const { protocol, host, hostname, pathname } = new URL(api);
  const path = pathname === "/" ? "" : pathname;
  if (host === SERVICES) return `${protocol}//${SERVICES_IDENTITIES}${path}`;
  if (!hostname.endsWith(OLD_SERVICES)) return api;
  const organization = hostname.slice(0, -OLD_SERVICES.length);
  return `${protocol}//${organization}.vssps${OLD_SERVICES}${path}`;
}
