import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { PERMISSIONS, SUBSCRIPTIONS } from "../../../src/forges/github/manifest.ts";
import { foretold, openAsApp, openWithToken } from "./api.ts";

let api: nock.Scope;

beforeEach(() => {
  ({ api } = foretold());
});

describe("the rights of an App", () => {
  const app = (change: object = {}) =>
    api
      .get("/app")
      .reply(200, { slug: "forgehand", permissions: PERMISSIONS, events: [...SUBSCRIPTIONS], ...change });
  const installations = (...permissions: object[]) =>
    api
      .get("/app/installations")
      .query({ per_page: 100 })
      .reply(
        200,
        permissions.map((granted, index) => ({ account: { login: `org-${index}` }, permissions: granted })),
      );
  const missing = async () => (await openAsApp()).missingRights();

  it("are enough where it has all that its manifest asks for", async () => {
    app();
    installations(PERMISSIONS, { ...PERMISSIONS, metadata: "write" });
    expect(await missing()).toEqual([]);
  });

  it("lack what it was not granted, and events that it does not hear of", async () => {
    app({ permissions: { ...PERMISSIONS, statuses: "read", issues: undefined }, events: ["issues", "push"] });
    expect(await missing()).toEqual([
      "the permission `issues: write`",
      "the permission `statuses: write`",
      "the event `issue_comment`",
      "the event `pull_request`",
      "the event `pull_request_review`",
      "the event `pull_request_review_comment`",
      "the event `create`",
      "the event `delete`",
      "the event `check_run`",
      "the event `status`",
    ]);
  });

  it("lack what an installation has not accepted yet", async () => {
    app();
    installations(PERMISSIONS, { ...PERMISSIONS, contents: "read" });
    expect(await missing()).toEqual(["the permission `contents: write`, to be accepted for org-1"]);
  });

  it("lack no right over an organization where the App is installed for a person", async () => {
    app();
    const { members, ...others } = PERMISSIONS;
    expect(members).toBe("read");
    api
      .get("/app/installations")
      .query({ per_page: 100 })
      .reply(200, [
        { account: { login: "mira", type: "User" }, permissions: others },
        { account: { login: "harbour", type: "Organization" }, permissions: others },
      ]);
    expect(await missing()).toEqual(["the permission `members: read`, to be accepted for harbour"]);
  });

  it("are not held against a server that does not tell them", async () => {
    api.get("/app").reply(200, { slug: "forgehand" });
    api
      .get("/app/installations")
      .query({ per_page: 100 })
      .reply(200, [{ id: 5 }]);
    expect(await missing()).toEqual([]);
  });
});

describe("the rights of a token", () => {
  const user = (headers: Record<string, string>) =>
    api.get("/user").reply(200, { id: 99, login: "forgehand" }, headers);
  const missing = async () => (await openWithToken()).missingRights();

  it.each(["repo", "public_repo, read:org", "gist, repo"])("are enough with %s", async (scopes) => {
    user({ "x-oauth-scopes": scopes });
    expect(await missing()).toEqual([]);
  });

  it.each(["", "gist, read:org", "repo:status"])("lack the scope repo with %j", async (scopes) => {
    user({ "x-oauth-scopes": scopes });
    expect(await missing()).toEqual(["the scope `repo` (`public_repo` is enough for public repositories)"]);
  });

  it("are not known of a fine-grained token", async () => {
    user({});
    expect(await missing()).toEqual([]);
  });
});
