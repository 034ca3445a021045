import { beforeEach, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { repo } from "../../support/samples.ts";
import { foretold, openAsApp } from "./api.ts";

const JWT = /^bearer [\w-]+\.[\w-]+\.[\w-]+$/i;

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openAsApp();
});

const installed = (id: number) =>
  api.get("/repos/octo/hello/installation").matchHeader("authorization", JWT).reply(200, { id });

const mints = (id: number, token: string, body?: nock.RequestBodyMatcher) =>
  api.post(`/app/installations/${id}/access_tokens`, body).matchHeader("authorization", JWT).reply(201, {
    token,
    expires_at: "2126-01-01T00:00:00Z",
    permissions: {},
    repository_selection: "all",
  });

const repository = (token: string) =>
  api.get("/repos/octo/hello").matchHeader("authorization", `token ${token}`);

it("asks about a repository by a token of its installation, and asks for that only once", async () => {
  installed(5);
  mints(5, "ghs_one");
  repository("ghs_one").twice().reply(200, { default_branch: "main" });
  expect(await forge.defaultBranch(repo)).toBe("main");
  expect(await forge.defaultBranch(repo)).toBe("main");
});

it("asks for the installation again where it was made anew", async () => {
  installed(5);
  mints(5, "ghs_one");
  repository("ghs_one").reply(200, { default_branch: "main" });
  await forge.defaultBranch(repo);

  repository("ghs_one").reply(404, { message: "Not Found" });
  installed(6);
  mints(6, "ghs_two");
  repository("ghs_two").reply(200, { default_branch: "trunk" });
  expect(await forge.defaultBranch(repo)).toBe("trunk");
});

it("believes a refusal where the installation is still the same", async () => {
  installed(5);
  mints(5, "ghs_one");
  repository("ghs_one").reply(200, { default_branch: "main" });
  await forge.defaultBranch(repo);

  repository("ghs_one").reply(404, { message: "Not Found" });
  installed(5);
  await expect(forge.defaultBranch(repo)).rejects.toMatchObject({ code: "FORGE_NOT_FOUND" });
});

it("says that the App is not installed in a repository", async () => {
  api.get("/repos/octo/hello/installation").reply(404, { message: "Not Found" });
  await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
    code: "FORGE_NOT_FOUND",
    retryable: false,
  });
});

it.each([
  ["clone", "read"],
  ["push", "write"],
] as const)(
  "gives git a token for a %s, narrowed to the repository and to contents: %s",
  async (purpose, contents) => {
    installed(5);
    mints(5, "ghs_git", { repository_ids: [42], permissions: { contents } });
    const credentials = await forge.gitCredentials(repo, purpose);
    expect(credentials).toEqual({ username: "x-access-token", password: "ghs_git" });
  },
);

it("writes as the account of the App, which has an id of its own", async () => {
  api.get("/app").matchHeader("authorization", JWT).reply(200, { slug: "forgehand" });
  api
    .get("/app/installations?per_page=1")
    .matchHeader("authorization", JWT)
    .reply(200, [{ id: 5 }]);
  mints(5, "ghs_one");
  api
    .get("/users/forgehand%5Bbot%5D")
    .matchHeader("authorization", "token ghs_one")
    .reply(200, { id: 199, login: "forgehand[bot]" });
  expect(await forge.self()).toEqual({ id: "199", login: "forgehand[bot]", bot: true });
});

it("says that an App which is installed nowhere can do nothing yet", async () => {
  api.get("/app").reply(200, { slug: "forgehand" });
  api.get("/app/installations?per_page=1").reply(200, []);
  await expect(forge.self()).rejects.toMatchObject({
    code: "FORGE_NOT_FOUND",
    message: expect.stringContaining("installed nowhere") as unknown,
  });
});
