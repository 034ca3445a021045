import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { COMMENT_MARKER } from "../../../src/core/text.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { SHA } from "../../support/samples.ts";
import { answered, API, fork, FORK, foretold, from, openWithToken, R, repo } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const short = SHA.slice(0, 12);
const asked = (change: object = {}) => api.get(`${R}/pullrequests/8`).reply(200, answered(change));
const commit = (place: string) => api.get(`${place}/commit/${short}`);

describe("a pull request", () => {
  it("is read with branches, fork and the whole id of its head", async () => {
    asked();
    commit(R).reply(200, { hash: SHA });
    expect(await forge.pullRequest(repo, 8)).toEqual({
      number: 8,
      title: "A change",
      body: "",
      state: "open",
      labels: [],
      url: "https://bitbucket.org/octo/hello/pull-requests/8",
      source: { branch: "change", repo: "octo/hello" },
      target: { branch: "main" },
      headSha: SHA,
      fork: false,
      draft: false,
    });
  });

  it("from a fork has its head asked for there, as the target may not know it", async () => {
    asked({ source: from(fork) });
    commit(FORK).reply(200, { hash: SHA });
    expect(await forge.pullRequest(repo, 8)).toMatchObject({
      fork: true,
      headSha: SHA,
      source: { repo: "bob/hello" },
    });
  });

  it.each([403, 404])("from a fork that we may not see has it asked for here: %i", async (status) => {
    asked({ source: from(fork) });
    commit(FORK).reply(status, {});
    commit(R).reply(200, { hash: SHA });
    expect(await forge.pullRequest(repo, 8)).toMatchObject({ headSha: SHA });
  });

  it("from a deleted fork has a head only where the target knows it", async () => {
    asked({ source: from(null) });
    commit(R).reply(404, {});
    const found = await forge.pullRequest(repo, 8);
    expect(found).toMatchObject({ fork: true, source: { branch: "change", repo: null } });
    expect(found).not.toHaveProperty("headSha");
  });

  it("has no head where another commit is answered, or no commit is told", async () => {
    asked();
    commit(R).reply(200, { hash: "c".repeat(40) });
    expect(await forge.pullRequest(repo, 8)).not.toHaveProperty("headSha");
    asked({ source: { branch: { name: "change" }, commit: null, repository: fork } });
    expect(await forge.pullRequest(repo, 8)).not.toHaveProperty("headSha");
  });

  it("with a whole head is not asked about again", async () => {
    asked({ source: { branch: { name: "x" }, commit: { hash: SHA }, repository: fork } });
    expect(await forge.pullRequest(repo, 8)).toMatchObject({ headSha: SHA });
  });

  it.each([
    ["MERGED", "merged"],
    ["DECLINED", "closed"],
    ["SUPERSEDED", "closed"],
    ["OPEN", "open"],
  ])("that is %s is %s", async (state, expected) => {
    asked({ state });
    commit(R).reply(200, { hash: SHA });
    expect(await forge.pullRequest(repo, 8)).toMatchObject({ state: expected });
  });

  it("is asked for again while Bitbucket has trouble with the commit", async () => {
    asked();
    commit(R).reply(503, {});
    await expect(forge.pullRequest(repo, 8)).rejects.toMatchObject({ retryable: true });
  });
});

describe("our pull request", () => {
  const branch = 'forgehand/x/7-"fix"';
  const wanted = {
    branch,
    base: "main",
    title: "Fix it",
    body: `Closes #7\n\n${COMMENT_MARKER}`,
    draft: true,
  };
  const created = {
    title: "Fix it",
    description: "Closes #7\n\n[//]: # (forgehand:comment)",
    source: { branch: { name: branch } },
    destination: { branch: { name: "main" } },
    draft: true,
  };
  const q = 'source.branch.name = "forgehand/x/7-\\"fix\\"" AND state = "OPEN"';
  const ours = { branch: { name: branch }, repository: { uuid: "{42}", full_name: "octo/hello" } };
  const list = (values: object[], next?: string) =>
    api.get(`${R}/pullrequests`).query({ q, pagelen: "50" }).reply(200, { values, next });
  const open = (body?: nock.RequestBodyMatcher) => api.post(`${R}/pullrequests`, body);

  it("is not one from a fork's branch of the same name, nor one that is over", async () => {
    list(
      [answered({ source: from(fork, branch) }), answered({ source: from(null, branch) })],
      `${API}${R}/pullrequests?page=2`,
    );
    const other = { ...ours, branch: { name: "another" } };
    api.get(`${R}/pullrequests?page=2`).reply(200, {
      values: [answered({ source: other }), answered({ source: ours, state: "DECLINED" })],
    });
    expect(await forge.findPullRequest(repo, branch)).toBeUndefined();
  });

  it("is found before one is opened", async () => {
    list([answered({ source: ours })]);
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
  });

  it("is opened where there is none", async () => {
    list([]);
    open(created).reply(201, answered({ id: 9, source: ours, draft: true }));
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 9, draft: true });
  });

  it("has a title and a text that Bitbucket takes", async () => {
    const fits = ({ title, description }: { title: string; description: string }) =>
      title.length === 255 && description.length === 250_000;
    list([]);
    open(fits).reply(201, answered());
    await forge.openPullRequest(repo, { ...wanted, title: "x".repeat(300), body: "y".repeat(260_000) });
  });

  it("without a new commit is refused in a plain sentence", async () => {
    list([]);
    open().reply(400, { type: "error", error: { message: "There are no changes to be pulled" } });
    await expect(forge.openPullRequest(repo, wanted)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("has no commit that main lacks") as unknown,
    });
  });

  it("is refused in Bitbucket's own words else", async () => {
    list([]);
    open().reply(400, {
      error: { message: "Bad request", fields: { destination: ["branch not found: main"] } },
    });
    await expect(forge.openPullRequest(repo, wanted)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("branch not found: main") as unknown,
    });
  });
});
