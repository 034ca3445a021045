import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { gitea } from "../../../src/forges/gitea/index.ts";
import { foretoldBy } from "../../support/foretold.ts";
import { problemsOf } from "./described.ts";

export const URL_OF = "https://git.example.com";
export const API = `${URL_OF}/api/v1`;

/** A server that answers what a test foretold, and holds every request against the descriptions of both products. */
export function foretold(base = API): { api: nock.Scope } {
  return { api: foretoldBy(problemsOf, base) };
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
