import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { gitlab } from "../../../src/forges/gitlab/index.ts";
import { foretoldBy } from "../../support/foretold.ts";
import { problemsOf } from "./described.ts";

export const HOST = "https://gitlab.com";
export const API = `${HOST}/api/v4`;

/** A GitLab that answers what a test foretold, and holds every request against GitLab's own description. */
export function foretold(base = API): { api: nock.Scope } {
  return { api: foretoldBy(problemsOf, base) };
}

/** An open line by a token. */
export async function openWithToken(more: object = {}): Promise<Forge> {
  const settings = gitlab.settings.parse({
    kind: "gitlab",
    token: "glpat-token",
    webhookSecret: "s",
    ...more,
  });
  return (await gitlab.open("gitlab", settings, { log: silent, userAgent: "forgehand/test" })).forge;
}
