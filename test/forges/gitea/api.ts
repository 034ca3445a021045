import nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { gitea } from "../../../src/forges/gitea/index.ts";
import { contract } from "../../support/openapi.ts";

export const URL_OF = "https://git.example.com";
export const API = `${URL_OF}/api/v1`;

/** Routes that both servers have and the descriptions at hand leave out. */
const UNDESCRIBED = [
  /^GET \/repos\/[^/]+\/[^/]+\/issues\/\d+\/timeline$/,
  /^GET \/repos\/(?:issues\/)?search$/,
  /^DELETE \/admin\/hooks\/\d+$/,
];

const descriptions = ["gitea.json", "forgejo.json"].map((file) => ({ file, contract: contract(file) }));

/** A server that answers what a test foretold, and holds every request against the descriptions of both products. */
export function foretold(base = API): { api: nock.Scope; problems: string[] } {
  const problems: string[] = [];
  const api = nock(base);
  api.on("request", (request: Request, _: unknown, text: string) => {
    const { pathname, searchParams } = new URL(request.url);
    const path = asOneSegment(pathname.slice(pathname.indexOf("/api/v1") + "/api/v1".length));
    const asked = `${request.method} ${path}`;
    if (UNDESCRIBED.some((route) => route.test(asked))) return;
    const sent = {
      method: request.method,
      path,
      query: Object.fromEntries(searchParams),
      ...(text === "" ? {} : { body: JSON.parse(text) as unknown }),
    };
    for (const { file, contract: description } of descriptions) {
      const wrong = description?.problemsOf(sent) ?? [];
      problems.push(...wrong.map((problem) => `${file}: ${asked}: ${problem}`));
    }
  });
  return { api, problems };
}

/** A parameter of a description stands for one segment; the path of a file has several. */
function asOneSegment(path: string): string {
  return path.replace(/(?<=\/contents\/).*$/, (file) => file.replaceAll("/", "%2F"));
}

/** An open line by a token. */
export async function openWithToken(more: object = {}): Promise<Forge> {
  const settings = gitea.settings.parse({
    kind: "gitea",
    url: URL_OF,
    token: "a-token",
    webhookSecret: "s",
    ...more,
  });
  return (await gitea.open("gitea", settings, { log: silent, userAgent: "forgehand/test" })).forge;
}
