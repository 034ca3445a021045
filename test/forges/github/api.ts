import { generateKeyPairSync } from "node:crypto";

import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { github } from "../../../src/forges/github/index.ts";
import { foretoldBy } from "../../support/foretold.ts";
import { problemsOf } from "./described.ts";

export const API = "https://api.github.com";

/** A GitHub that answers what a test foretold, and holds every request against GitHub's own description. */
export function foretold(base = API): { api: nock.Scope } {
  return { api: foretoldBy(problemsOf, base) };
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
