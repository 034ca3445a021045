import { generateKeyPairSync } from "node:crypto";

import nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { github } from "../../../src/forges/github/index.ts";
import { contract } from "../../support/openapi.ts";

export const API = "https://api.github.com";

/** Routes that GitHub has and the description at hand leaves out. */
const UNDESCRIBED = [/^GET \/repos\/[^/]+\/[^/]+\/issues\/\d+\/events$/];

const description = contract("github.json");

/** A GitHub that answers what a test foretold, and holds every request against GitHub's own description. */
export function foretold(base = API): { api: nock.Scope; problems: string[] } {
  const problems: string[] = [];
  const api = nock(base);
  api.on("request", (request: Request, _: unknown, text: string) => {
    const { pathname, searchParams } = new URL(request.url);
    const path = pathname.replace(/^\/api\/v3/, "");
    if (description === undefined || UNDESCRIBED.some((route) => route.test(`${request.method} ${path}`)))
      return;
    const sent = {
      method: request.method,
      path,
      query: Object.fromEntries(searchParams),
      ...(text === "" ? {} : { body: JSON.parse(text) as unknown }),
    };
    problems.push(...description.problemsOf(sent).map((problem) => `${request.method} ${path}: ${problem}`));
  });
  return { api, problems };
}

const tools = { log: silent, userAgent: "forgehand/test" };

/** An open line by an account's token. */
export async function openWithToken(more: object = {}): Promise<Forge> {
  const settings = github.settings.parse({ kind: "github", token: "ghp_token", webhookSecret: "s", ...more });
  return (await github.open("github", settings, tools)).forge;
}

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

export const appKey = privateKey;

/** An open line by a GitHub App. */
export async function openAsApp(): Promise<Forge> {
  const settings = github.settings.parse({ kind: "github", appId: 42, privateKey, webhookSecret: "s" });
  return (await github.open("github", settings, tools)).forge;
}
