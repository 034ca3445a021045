import nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { gogs } from "../../../src/forges/gogs/index.ts";
import { foretoldBy } from "../../support/foretold.ts";
import { problemsOf } from "./described.ts";

export const HOST = "https://gogs.example";

/** A Gogs that answers what a test foretold, and holds every request of the API against Gogs' own description. */
export function foretold(): { api: nock.Scope; git: nock.Scope } {
  return { api: foretoldBy(problemsOf, `${HOST}/api/v1`), git: nock(HOST) };
}

/** An open line by a token. */
export async function openWithToken(more: object = {}): Promise<Forge> {
  const settings = gogs.settings.parse({
    kind: "gogs",
    url: HOST,
    token: "a-token",
    webhookSecret: "s",
    ...more,
  });
  return (await gogs.open("gogs", settings, { log: silent, userAgent: "forgehand/test" })).forge;
}

/** What git's smart HTTP answers to a client that wants to fetch: refs by name, with their commits. */
export function advertised(refs: Readonly<Record<string, string>>): string {
  const line = (text: string) => (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text;
  const able = "multi_ack side-band-64k agent=git/2.39";
  const lines = Object.entries(refs).map(([name, sha], index) =>
    line(`${sha} ${name}${index === 0 ? `\0${able}` : ""}\n`),
  );
  return [line("# service=git-upload-pack\n"), "0000", ...lines, "0000"].join("");
}
