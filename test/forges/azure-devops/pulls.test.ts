import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { OTHER_SHA, SHA } from "../../support/samples.ts";
import { foretold, G, openWithToken, repo, V } from "./api.ts";

const MARKER = "<!-- forgehand:comment -->";
const branch = "forgehand/x/7-fix";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

/** A pull request as the API answers it. */
const answered = (change: object = {}) => ({
  pullRequestId: 8,
  title: "A change",
  status: "active",
  isDraft: false,
  sourceRefName: `refs/heads/${branch}`,
  targetRefName: "refs/heads/main",
  lastMergeSourceCommit: { commitId: OTHER_SHA },
  labels: [{ name: "bug", active: true }],
  ...change,
});

const url = "https://dev.azure.com/acme/Coast%20Guard/_git/lighthouse/pullrequest/8";

describe("pull requests that are read", () => {
  const iterations = (...value: object[]) =>
    api.get(`${G}/pullRequests/8/iterations`).query(V).reply(200, { value });
  const read = (change: object = {}) => {
    api.get(`${G}/pullrequests/8`).query(V).reply(200, answered(change));
    return forge.pullRequest(repo, 8);
  };

  it("have branches and fork, and the head of the last push", async () => {
    iterations(
      { id: 2, sourceRefCommit: { commitId: SHA } },
      { id: 1, sourceRefCommit: { commitId: OTHER_SHA } },
    );
    expect(await read()).toEqual({
      number: 8,
      title: "A change",
      body: "",
      state: "open",
      labels: ["bug"],
      url,
      source: { branch, repo: "Coast Guard/lighthouse" },
      target: { branch: "main" },
      headSha: SHA,
      fork: false,
      draft: false,
    });
  });

  it.each([
    ["completed", "merged"],
    ["abandoned", "closed"],
    ["notSet", "open"],
  ])("that are %s are %s, with the head of the merge where no push is known", async (status, state) => {
    iterations();
    expect(await read({ status })).toMatchObject({ state, headSha: OTHER_SHA });
  });

  it("have labels, which are left out where one is read alone", async () => {
    iterations({ id: 1, sourceRefCommit: { commitId: SHA } });
    const labels = [
      { name: "bug", active: true },
      { name: "gone", active: false },
    ];
    api.get(`${G}/pullRequests/8/labels`).query(V).reply(200, { value: labels });
    expect(await read({ labels: undefined })).toMatchObject({ labels: ["bug"] });
  });

  it("have no head where nobody knows it", async () => {
    iterations({ id: 1 });
    expect(await read({ lastMergeSourceCommit: null })).not.toHaveProperty("headSha");
  });

  it.each([
    [{ repository: { name: "fork", project: { name: "Tomas" } } }, "Tomas/fork"],
    [{ repository: { name: "fork" } }, null],
    [{ repository: null }, null],
    [{}, null],
  ])("from the fork %j come from %s", async (forkSource, source) => {
    iterations({ id: 1, sourceRefCommit: { commitId: SHA } });
    expect(await read({ forkSource })).toMatchObject({ fork: true, source: { repo: source } });
  });
});

describe("pull requests that are opened", () => {
  const query = {
    ...V,
    "searchCriteria.status": "active",
    "searchCriteria.sourceRefName": `refs/heads/${branch}`,
    $top: "100",
  };
  const list = (...value: object[]) => api.get(`${G}/pullrequests`).query(query).reply(200, { value });
  const post = (body?: nock.RequestBodyMatcher) =>
    api.post(`${G}/pullrequests`, body).query({ ...V, supportsIterations: "true" });
  const wanted = {
    branch,
    base: "main",
    title: "Fix it",
    body: `Text\n\nFixes #7\n\n${MARKER}`,
    draft: false,
  };

  it("are found where there is one, and none of a fork", async () => {
    list(answered({ forkSource: { repository: null }, pullRequestId: 7 }), answered());
    expect(await forge.findPullRequest(repo, branch)).toMatchObject({ number: 8, fork: false });
    list(answered({ sourceRefName: "refs/heads/other" }));
    expect(await forge.findPullRequest(repo, branch)).toBeUndefined();
    list(answered());
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
  });

  it("are linked to their work item", async () => {
    list();
    const sent = {
      sourceRefName: `refs/heads/${branch}`,
      targetRefName: "refs/heads/main",
      title: "Fix it",
      description: wanted.body,
      isDraft: false,
      workItemRefs: [{ id: "7" }],
    };
    post(sent).reply(201, answered());
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8, url });
  });

  it("are linked to the item that we name, not to one that a command does before", async () => {
    list();
    const body = `Fixes #1\n\n${wanted.body}`;
    post((sent: { workItemRefs: unknown }) => JSON.stringify(sent.workItemRefs) === '[{"id":"7"}]').reply(
      201,
      answered(),
    );
    await forge.openPullRequest(repo, { ...wanted, body });
  });

  it("are cut to 4,000 characters, and keep what they close and our marker", async () => {
    list();
    const fits = ({ description, title }: { description: string; title: string }) =>
      Array.from(description).length === 4_000 &&
      description.endsWith(`\n\nFixes #7\n\n${MARKER}`) &&
      Array.from(title).length === 400;
    post(fits).reply(201, answered());
    const body = `${"🗼".repeat(5_000)}\n\n${wanted.body}`;
    await forge.openPullRequest(repo, { ...wanted, title: "t".repeat(500), body });
  });

  it("are cut without a work item as well", async () => {
    list();
    post(
      ({ description, workItemRefs }: { description: string; workItemRefs?: unknown }) =>
        description.endsWith(`…\n\n${MARKER}`) && workItemRefs === undefined,
    ).reply(201, answered());
    await forge.openPullRequest(repo, { ...wanted, body: `${"x".repeat(5_000)}${MARKER}` });
  });

  it("may have been opened by somebody else meanwhile", async () => {
    list();
    post().reply(409, { message: "TF401179: An active pull request already exists." });
    list(answered());
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
  });

  describe("where the repository lets new ones complete themselves", () => {
    const self = { id: "d04c8e91-6f3a-4b72-8c5d-2a7e1b9f0346" };
    const other = { id: "8e5a7d10-2c6b-4e0f-9b53-a41d7f60c982" };
    const takenBack = () =>
      api
        .patch(`${G}/pullrequests/8`, { autoCompleteSetBy: { id: "00000000-0000-0000-0000-000000000000" } })
        .query(V)
        .reply(200, answered());

    it("are kept from it, since nobody has seen them", async () => {
      list();
      post().reply(201, answered({ createdBy: self, autoCompleteSetBy: self }));
      takenBack();
      expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
    });

    it("are kept from it where that failed at first", async () => {
      list(answered({ createdBy: self, autoCompleteSetBy: self }));
      takenBack();
      expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
    });

    it("are left alone where somebody else wants it", async () => {
      list(answered({ createdBy: self, autoCompleteSetBy: other }));
      expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
    });
  });

  it.each([
    [409, "TF401179: An active pull request already exists."],
    [400, "TF401398: The source or target branch does not exist."],
  ])("are refused with %i", async (status, message) => {
    list();
    post().reply(status, { message });
    if (status === 409) list();
    await expect(forge.openPullRequest(repo, wanted)).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });
});
