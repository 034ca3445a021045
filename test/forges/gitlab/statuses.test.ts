import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import type { StatusState } from "../../../src/core/status.ts";
import { repo, SHA } from "../../support/samples.ts";
import { foretold, openWithToken } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const status = { context: "forgehand/test", description: "Running." } as const;
const place = { repo, sha: SHA, ref: "refs/heads/fix/it" };

const commit = (pipeline?: number, project = 42) =>
  api
    .get(`/projects/${project}/repository/commits/${SHA}`)
    .reply(200, { id: SHA, last_pipeline: pipeline === undefined ? null : { id: pipeline } });

const shown = (list: object[], project = 42) =>
  api
    .get(`/projects/${project}/repository/commits/${SHA}/statuses`)
    .query({ name: "forgehand/test", page: "1", per_page: "100" })
    .reply(200, list);

const post = (body?: nock.RequestBodyMatcher, project = 42) =>
  api.post(`/projects/${project}/statuses/${SHA}`, body);

const set = (state: StatusState, more: object = {}) => forge.setStatus(place, { ...status, state, ...more });

describe("setStatus", () => {
  it.each([
    ["pending", "pending", "Running."],
    ["success", "success", "Running."],
    ["failure", "failed", "Running."],
    ["error", "failed", "Error: Running."],
    ["cancelled", "canceled", "Running."],
  ] as const)("shows %s as %s", async (state, sent, description) => {
    commit();
    post({ state: sent, name: "forgehand/test", description, ref: "fix/it" }).reply(201, { id: 1 });
    expect(await set(state)).toBe("set");
  });

  it("links to the page of the run, where the address is short enough", async () => {
    const url = "https://bot.example.com/runs/1";
    commit();
    post({
      state: "pending",
      name: "forgehand/test",
      description: "Running.",
      target_url: url,
      ref: "fix/it",
    }).reply(201);
    await set("pending", { url });
    commit();
    post((body: object) => !("target_url" in body)).reply(201, {});
    await set("pending", { url: `${url}${"1".repeat(255)}` });
  });

  it("cuts name and description at 255 characters", async () => {
    const fits = ({ description, name }: { description: string; name: string }) =>
      Array.from(description).length === 255 && Array.from(name).length === 255;
    commit();
    post(fits).reply(201, { id: 1 });
    await set("pending", { context: "é🗼".repeat(200), description: "é🗼".repeat(200) });
  });

  it("goes into the newest pipeline of the commit, so that it opens no other beside it", async () => {
    commit(31);
    post({ state: "pending", name: "forgehand/test", description: "Running.", pipeline_id: 31 }).reply(201, {
      id: 1,
    });
    await set("pending");
  });

  it("ends in the pipeline where it waits, though a newer one came with a merge request", async () => {
    commit(32);
    shown([
      { status: "failed", pipeline_id: 30 },
      { status: "pending", pipeline_id: 31 },
      { status: "running", pipeline_id: 31 },
    ]);
    post((body: object) => "pipeline_id" in body && body.pipeline_id === 31).reply(201, { id: 1 });
    await set("success");
  });

  it("ends in the newest pipeline where none of ours waits, and where an old GitLab does not tell", async () => {
    commit(32);
    shown([{ status: "pending" }, { status: "success", pipeline_id: 31 }]);
    post((body: object) => "pipeline_id" in body && body.pipeline_id === 32).reply(201, { id: 1 });
    await set("failure");
  });

  it("of a tag names the tag", async () => {
    commit();
    post((body: object) => "ref" in body && body.ref === "v1").reply(201, { id: 1 });
    await forge.setStatus({ ...place, ref: "refs/tags/v1" }, { ...status, state: "pending" });
  });

  it.each([{}, { ref: "refs/merge-requests/8/head" }])(
    "names no ref where there is no branch or tag: %j",
    async (ref) => {
      commit();
      post((body: object) => !("ref" in body)).reply(201, { id: 1 });
      await forge.setStatus({ repo, sha: SHA, ...ref }, { ...status, state: "pending" });
    },
  );

  it("is content where GitLab shows this state already", async () => {
    commit();
    post().reply(400, {
      message: "Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition)",
    });
    expect(await set("pending")).toBe("set");
  });

  it.each([
    ["another call holds the commit", 409, "409 Conflict", "FORGE_REFUSED", true],
    ["the commit is not visible yet", 404, "404 References for commit Not Found", "FORGE_NOT_FOUND", true],
    ["the project is not there", 404, "404 Project Not Found", "FORGE_NOT_FOUND", false],
    ["a right is missing", 403, "403 Forbidden", "FORGE_REFUSED", false],
    ["the name is a job's", 400, "name has already been taken", "FORGE_REFUSED", false],
  ])("throws where %s", async (_case, code, message, expected, retryable) => {
    commit();
    post().reply(code, { message });
    await expect(set("pending")).rejects.toMatchObject({ code: expected, retryable });
  });
});

describe("setStatus on a merge request", () => {
  const merge = { repo, sha: SHA, ref: "refs/merge-requests/8/head", pullRequest: 8 };
  const answered = (source: number | null) =>
    api.get("/projects/42/merge_requests/8").reply(200, {
      iid: 8,
      title: "A change",
      state: "opened",
      source_branch: "change",
      target_branch: "main",
      source_project_id: source,
      target_project_id: 42,
    });
  const show = () => forge.setStatus(merge, { ...status, state: "pending" });

  it("names its source branch", async () => {
    answered(42);
    commit();
    post((body: object) => "ref" in body && body.ref === "change").reply(201, { id: 1 });
    expect(await show()).toBe("set");
  });

  it("goes to the source project, where GitLab looks for it", async () => {
    answered(77);
    commit(5, 77);
    post((body: object) => "pipeline_id" in body && body.pipeline_id === 5, 77).reply(201, { id: 1 });
    expect(await show()).toBe("set");
  });

  it.each([403, 404])("is unsupported where the fork answers %i", async (code) => {
    answered(77);
    commit(undefined, 77);
    post(undefined, 77).reply(code, { message: "no" });
    expect(await show()).toBe("unsupported");
  });

  it("is unsupported where the fork is not for us to see", async () => {
    answered(77);
    api.get(`/projects/77/repository/commits/${SHA}`).reply(404, { message: "404 Project Not Found" });
    expect(await show()).toBe("unsupported");
  });

  it("is unsupported where the fork is gone", async () => {
    answered(null);
    expect(await show()).toBe("unsupported");
  });

  it("does not take other refusals of a fork for a missing right", async () => {
    answered(77);
    commit(undefined, 77);
    post(undefined, 77).reply(400, { message: "name has already been taken" });
    await expect(show()).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });

  it("throws a missing right in the project itself", async () => {
    answered(42);
    commit();
    post().reply(403, { message: "403 Forbidden" });
    await expect(show()).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });
});
