import nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";
import { foretoldBy } from "../../support/foretold.ts";
import { problemsOf } from "./described.ts";

export const HOST = "https://dev.azure.com";
export const ORGANIZATION = "acme";
const IDENTITIES = "https://vssps.dev.azure.com";

/** The version that is asked for where nothing else is said. */
export const V = { "api-version": "7.1" };

/** A repository as deliveries name it, in a project whose name holds a blank. */
export const repo = {
  id: "6a1f0c52-93d4-4a37-8f1e-0d2b7c5e9a10/lighthouse",
  fullName: "Coast Guard/lighthouse",
  defaultBranch: "main",
};
/** Paths of the repository and of work items in the API, below the organization. */
export const G = "/6a1f0c52-93d4-4a37-8f1e-0d2b7c5e9a10/_apis/git/repositories/lighthouse";
export const W = "/6a1f0c52-93d4-4a37-8f1e-0d2b7c5e9a10/_apis/wit/workItems";

export interface Foretold {
  /** The organization. */
  readonly api: nock.Scope;
  /** What knows its accounts. */
  readonly people: nock.Scope;
}

/** An organization that answers what a test foretold, and holds every request against Microsoft's own description. */
export function foretold(): Foretold {
  const api = foretoldBy(problemsOf, `${HOST}/${ORGANIZATION}`);
  return { api, people: nock(`${IDENTITIES}/${ORGANIZATION}`) };
}

/** An open line by a token. */
export async function openWithToken(more: object = {}): Promise<Forge> {
  const settings = azureDevOps.settings.parse({
    kind: "azure-devops",
    url: `${HOST}/${ORGANIZATION}`,
    token: "a-token",
    webhookSecret: "s",
    ...more,
  });
  return (await azureDevOps.open("azure", settings, { log: silent, userAgent: "forgehand/test" })).forge;
}
