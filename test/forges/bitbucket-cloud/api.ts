import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { bitbucketCloud } from "../../../src/forges/bitbucket-cloud/index.ts";
import { foretoldBy } from "../../support/foretold.ts";
import { problemsOf } from "./described.ts";

export const API = "https://api.bitbucket.org/2.0";

export const repo = { id: "{42}", fullName: "octo/hello" };
export const fork = { uuid: "{43}", full_name: "bob/hello" };
export const alice = { id: "{a1}", login: "alice" };

/** Where the API has a repository: by its workspace and its id. */
export const R = "/repositories/octo/%7B42%7D";
export const FORK = "/repositories/bob/%7B43%7D";

/** A Bitbucket that answers what a test foretold, and holds every request against Bitbucket's own description. */
export function foretold(): { api: nock.Scope } {
  return { api: foretoldBy(problemsOf, API) };
}

/** An open line by an API token. */
export function openWithToken(): Promise<Forge> {
  return openWith({ email: "bot@example.com", token: "ATATT-token" });
}

/** An open line by an access token, which has no account. */
export function openWithAccessToken(): Promise<Forge> {
  return openWith({ token: "access-token" });
}

async function openWith(credentials: object): Promise<Forge> {
  const settings = bitbucketCloud.settings.parse({
    kind: "bitbucket-cloud",
    webhookSecret: "s",
    ...credentials,
  });
  const tools = { log: silent, userAgent: "forgehand/test" };
  return (await bitbucketCloud.open("bitbucket", settings, tools)).forge;
}

/** A pull request as the API answers it, with 12 digits of its head. */
export function answered(change: object = {}): object {
  return {
    type: "pullrequest",
    id: 8,
    title: "A change",
    description: null,
    state: "OPEN",
    draft: false,
    source: { branch: { name: "change" }, commit: { hash: "a".repeat(12) }, repository: named(repo) },
    destination: { branch: { name: "main" }, commit: { hash: "b".repeat(12) }, repository: named(repo) },
    links: { html: { href: "https://bitbucket.org/octo/hello/pull-requests/8" } },
    ...change,
  };
}

/** A side of a pull request in another repository, or in one that is gone. */
export function from(repository: object | null, branch = "change"): object {
  return { branch: { name: branch }, commit: { hash: "a".repeat(12) }, repository };
}

export function named({ id, fullName }: { id: string; fullName: string }): object {
  return { uuid: id, full_name: fullName };
}
