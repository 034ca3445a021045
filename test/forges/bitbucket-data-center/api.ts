import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { silent } from "../../../src/core/log.ts";
import { bitbucketDataCenter } from "../../../src/forges/bitbucket-data-center/index.ts";
import { foretoldBy } from "../../support/foretold.ts";
import { SHA } from "../../support/samples.ts";
import { problemsOf } from "./described.ts";

/** A server under a context path. */
export const SERVER = "https://git.example.com/bitbucket";
export const REST = `${SERVER}/rest`;
/** The repository of the samples. */
export const REPO = "/api/latest/projects/octo/repos/hello";

/** A Bitbucket that answers what a test foretold, and holds every request against Atlassian's own description. */
export function foretold(base = REST): { api: nock.Scope } {
  return { api: foretoldBy(problemsOf, base) };
}

/** An open line by a token. */
export async function openWithToken(more: object = {}): Promise<Forge> {
  const settings = bitbucketDataCenter.settings.parse({
    kind: "bitbucket-data-center",
    url: SERVER,
    token: "a-token",
    webhookSecret: "s",
    ...more,
  });
  const tools = { log: silent, userAgent: "forgehand/test" };
  return (await bitbucketDataCenter.open("acme", settings, tools)).forge;
}

/** A refusal as Bitbucket writes it. */
export const refusal = (exception: string, message = "no", more: object = {}) => ({
  errors: [{ context: null, message, exceptionName: `com.atlassian.bitbucket.${exception}`, ...more }],
});

/** A list that ends with this page. */
export const page = (values: readonly object[], more: object = {}) => ({
  values,
  size: values.length,
  limit: 100,
  start: 0,
  isLastPage: true,
  nextPageStart: null,
  ...more,
});

/** A repository as the API answers it. */
export const repository = (id = 42, slug = "hello", key = "octo") => ({ id, slug, project: { key } });

/** A pull request as the API answers it. */
export const answered = (change: object = {}) => ({
  id: 8,
  version: 3,
  title: "A change",
  state: "OPEN",
  fromRef: { id: "refs/heads/forgehand/x/7-fix", latestCommit: SHA, repository: repository() },
  toRef: { id: "refs/heads/main", latestCommit: SHA, repository: repository() },
  ...change,
});

/** Answer who we are: a person, or the account of a project's token. */
export function us(api: nock.Scope, type: "NORMAL" | "SERVICE" = "NORMAL"): void {
  api
    .get("/api/latest/application-properties")
    .reply(200, { version: "9.4.2" }, { "x-ausername": "forgehand", "x-auserid": "99" });
  api
    .get("/api/latest/users")
    .query({ filter: "forgehand", limit: "100", start: "0" })
    .reply(
      200,
      page([
        { id: 5, name: "forgehand-2" },
        { id: 99, name: "forgehand", type },
      ]),
    );
}
