import nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";
import { contract } from "../../support/openapi.ts";

export const HOST = "https://dev.azure.com";
export const ORGANIZATION = "acme";
const IDENTITIES = "https://vssps.dev.azure.com";

/** A repository as deliveries name it, in a project whose name holds a blank. */
export const repo = {
  id: "6a1f0c52-93d4-4a37-8f1e-0d2b7c5e9a10/lighthouse",
  fullName: "Coast Guard/lighthouse",
  defaultBranch: "main",
};
/** Paths of the repository and of work items in the API, below the organization. */
export const G = "/6a1f0c52-93d4-4a37-8f1e-0d2b7c5e9a10/_apis/git/repositories/lighthouse";
export const W = "/6a1f0c52-93d4-4a37-8f1e-0d2b7c5e9a10/_apis/wit/workItems";

/** Operations that the description at hand leaves out, or that it has run into another one (list into batch). */
const UNDESCRIBED = [
  /^GET \/acme\/_apis\/connectionData$/,
  /^GET \/acme\/_apis\/identities$/,
  /^GET \S+\/wit\/workItems\/\d+\/comments$/,
  /^GET \S+\/items$/,
];

const description = contract("azure-devops.json");

export interface Foretold {
  /** The organization. */
  readonly api: nock.Scope;
  /** What knows its accounts. */
  readonly people: nock.Scope;
  readonly problems: string[];
}

/** An organization that answers what a test foretold, and holds every request against Microsoft's own description. */
export function foretold(): Foretold {
  const problems: string[] = [];
  const api = nock(`${HOST}/${ORGANIZATION}`);
  const people = nock(`${IDENTITIES}/${ORGANIZATION}`);
  api.on("request", (request: Request, _: unknown, text: string) => {
    const { pathname, searchParams } = new URL(request.url);
    const asked = `${request.method} ${pathname}`;
    if (description === undefined || UNDESCRIBED.some((route) => route.test(asked))) return;
    const sent = {
      method: request.method,
      path: inTheirCase(pathname),
      query: Object.fromEntries(searchParams),
      ...(text === "" ? {} : { body: JSON.parse(text) as unknown }),
    };
    problems.push(...description.problemsOf(sent).map((problem) => `${asked}: ${problem}`));
  });
  return { api, people, problems };
}

/** The API takes any case; its description has one of each. */
function inTheirCase(path: string): string {
  return path.replace(/\/workItems\/(\d+)$/, "/workitems/$1");
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
