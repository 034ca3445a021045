import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import type { StatusState } from "../../../src/core/status.ts";
import { OTHER_SHA, SHA } from "../../support/samples.ts";
import { foretold, G, openWithToken, repo, V } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const status = { context: "forgehand/test", description: "Running." } as const;
const context = { genre: "forgehand", name: "test" };

const onCommit = (body?: nock.RequestBodyMatcher) => api.post(`${G}/commits/${SHA}/statuses`, body).query(V);
const onPull = (body?: nock.RequestBodyMatcher) => api.post(`${G}/pullRequests/8/statuses`, body).query(V);
const iterations = (...heads: string[]) =>
  api
    .get(`${G}/pullRequests/8/iterations`)
    .query(V)
    .reply(200, {
      value: heads.map((commitId, index) => ({ id: index + 1, sourceRefCommit: { commitId } })),
    });

const set = (state: StatusState, more: object = {}, pullRequest?: number) =>
  forge.setStatus({ repo, sha: SHA, pullRequest }, { ...status, state, ...more });

describe("setStatus", () => {
  it.each([
    ["pending", "pending"],
    ["success", "succeeded"],
    ["failure", "failed"],
    ["error", "error"],
    ["cancelled", "error"],
  ] as const)("shows %s as %s on a commit", async (state, sent) => {
    onCommit({ state: sent, description: "Running.", context }).reply(201, { id: 1 });
    expect(await set(state)).toBe("set");
  });

  it("links to the page of the run", async () => {
    const targetUrl = "https://bot.example.com/runs/1";
    onCommit({ state: "pending", description: "Running.", context, targetUrl }).reply(200, { id: 1 });
    expect(await set("pending", { url: targetUrl })).toBe("set");
  });

  it.each([
    ["test", { name: "test" }],
    ["/test", { name: "/test" }],
    ["a/b/c", { genre: "a", name: "b/c" }],
    ["a/", { genre: "a", name: "a/" }],
  ])("writes the context %j as %j", async (written, sent) => {
    onCommit({ state: "pending", description: "Running.", context: sent }).reply(201, { id: 1 });
    await set("pending", { context: written });
  });

  it("cuts a description at 200 characters", async () => {
    onCommit(({ description }: { description: string }) => description.length === 200).reply(201, { id: 1 });
    await set("pending", { description: "x".repeat(300) });
  });

  it("shows it on a pull request too, in the newest iteration of the commit", async () => {
    iterations(SHA, OTHER_SHA, SHA, OTHER_SHA);
    onPull({ state: "succeeded", description: "Running.", context, iterationId: 3 }).reply(200, { id: 1 });
    onCommit().reply(201, { id: 2 });
    expect(await set("success", {}, 8)).toBe("set");
  });

  it("shows it on the commit alone where no iteration has it, since a newer one would pass for tested", async () => {
    iterations(OTHER_SHA);
    onCommit().reply(201, { id: 2 });
    expect(await set("success", {}, 8)).toBe("set");
  });

  it("is content with the pull request where the commit is a fork's", async () => {
    iterations(SHA);
    onPull().reply(200, { id: 1 });
    onCommit().reply(404, { message: "TF401175" });
    expect(await set("success", {}, 8)).toBe("set");
  });

  it("is unsupported where neither takes it", async () => {
    iterations(OTHER_SHA);
    onCommit().reply(404, { message: "TF401175" });
    expect(await set("success", {}, 8)).toBe("unsupported");
  });

  it.each([
    [404, "FORGE_NOT_FOUND"],
    [403, "FORGE_REFUSED"],
  ])("throws what a commit is refused with: %i", async (code, error) => {
    onCommit().reply(code, { message: "no" });
    await expect(set("pending")).rejects.toMatchObject({ code: error });
  });
});
