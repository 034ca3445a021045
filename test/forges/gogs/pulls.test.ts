import { beforeEach, describe, expect, it } from "@jest/globals";
import nock from "nock";

import type { PullRequest } from "../../../src/core/event.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { readAdvertisement } from "../../../src/forges/gogs/advertisement.ts";
import { OTHER_SHA, pullRequest, repo, SHA } from "../../support/samples.ts";
import { advertised, foretold, openWithToken } from "./api.ts";

const MAIN = "c".repeat(40);
const SERVICE = "service=git-upload-pack";
const REFS = "/octo/hello.git/info/refs";

let api: nock.Scope;
let git: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api, git } = foretold());
  forge = await openWithToken();
});

const asIssue = (more: object = {}) =>
  api.get("/repos/octo/hello/issues/8").reply(200, {
    number: 8,
    title: "A change",
    body: "text",
    state: "open",
    labels: [{ id: 3, name: "bug" }],
    pull_request: { merged: false, merged_at: null },
    ...more,
  });
const refs = (shown: Readonly<Record<string, string>>) =>
  git.get(`${REFS}?${SERVICE}`).reply(200, advertised(shown));

/** What a delivery says of a pull request of the repository itself, or of a fork. */
const told = (change: Partial<PullRequest> = {}): PullRequest => ({
  ...pullRequest(change),
  headSha: undefined,
});
const fromFork = told({ fork: true, source: { branch: "change", repo: "mallory/hello" } });
const ask = (known?: PullRequest) => forge.pullRequest(repo, 8, undefined, known);

describe("a pull request of Gogs", () => {
  it("is read as an issue, and its head as a ref, with git's own credentials", async () => {
    asIssue();
    git
      .get(`${REFS}?${SERVICE}`)
      .basicAuth({ user: "a-token", pass: "a-token" })
      .matchHeader("user-agent", "forgehand/test")
      .reply(
        200,
        advertised({ HEAD: MAIN, "refs/heads/main": MAIN, "refs/heads/x": SHA, "refs/pull/8/head": SHA }),
      );
    expect(await ask()).toEqual({
      number: 8,
      title: "A change",
      body: "text",
      state: "open",
      labels: ["bug"],
      url: "https://gogs.example/octo/hello/pulls/8",
      headSha: SHA,
      fork: false,
    });
  });

  it("is someone else's code where no branch of the repository has its head", async () => {
    asIssue();
    refs({ "refs/heads/main": MAIN, "refs/pull/8/head": SHA, "refs/tags/v1": SHA });
    expect(await ask()).toMatchObject({ headSha: SHA, fork: true });
  });

  it("has the head of its branch, which Gogs tells of before its ref moves", async () => {
    asIssue();
    refs({ "refs/heads/change": OTHER_SHA, "refs/pull/8/head": SHA });
    expect(await ask(told())).toMatchObject({ headSha: OTHER_SHA, fork: false });
  });

  it("has the head that its ref shows once its branch was deleted", async () => {
    asIssue();
    refs({ "refs/heads/main": MAIN, "refs/pull/8/head": SHA });
    expect(await ask(told())).toMatchObject({ headSha: SHA, fork: false });
  });

  it.each([
    ["merged", { state: "closed", pull_request: { merged: true, merged_at: "2026-10-06T07:00:00Z" } }],
    ["closed", { state: "closed" }],
  ])("that is %s has the head that it had then", async (state, more) => {
    asIssue(more);
    refs({ "refs/heads/change": OTHER_SHA, "refs/pull/8/head": SHA });
    expect(await ask(told())).toMatchObject({ state, headSha: SHA });
  });

  it("has no head yet while its ref is not there", async () => {
    asIssue();
    refs({ "refs/heads/main": MAIN });
    await expect(ask()).rejects.toMatchObject({ code: "FORGE_NOT_FOUND", retryable: true });
  });

  it("is not what has the number of an issue", async () => {
    asIssue({ pull_request: null });
    await expect(ask()).rejects.toMatchObject({
      code: "FORGE_NOT_FOUND",
      retryable: false,
      message: "Number 8 of octo/hello is an issue, not a pull request.",
    });
  });
});

describe("a pull request from a fork", () => {
  const fork = (shown: Readonly<Record<string, string>>) =>
    git.get(`/mallory/hello.git/info/refs?${SERVICE}`).reply(200, advertised(shown));

  it("has the head that is there to be fetched", async () => {
    asIssue();
    refs({ "refs/heads/main": MAIN, "refs/pull/8/head": SHA });
    fork({ "refs/heads/change": SHA });
    expect(await ask(fromFork)).toMatchObject({ headSha: SHA, fork: true });
  });

  it("is someone else's code though a branch here has the same head", async () => {
    asIssue();
    refs({ "refs/heads/main": SHA, "refs/pull/8/head": SHA });
    fork({ "refs/heads/change": SHA });
    expect(await ask(fromFork)).toMatchObject({ fork: true });
  });

  it("is asked for again until its newest commit is there", async () => {
    asIssue();
    refs({ "refs/heads/main": MAIN, "refs/pull/8/head": SHA });
    fork({ "refs/heads/change": OTHER_SHA });
    await expect(ask(fromFork)).rejects.toMatchObject({ code: "FORGE_NOT_FOUND", retryable: true });
  });

  it.each([401, 403, 404])("that we may not see has the head that its ref shows (%i)", async (status) => {
    asIssue();
    refs({ "refs/pull/8/head": SHA });
    git.get(`/mallory/hello.git/info/refs?${SERVICE}`).reply(status);
    expect(await ask(fromFork)).toMatchObject({ headSha: SHA, fork: true });
  });

  it("that cannot be reached now is asked for later", async () => {
    asIssue();
    refs({ "refs/pull/8/head": SHA });
    git.get(`/mallory/hello.git/info/refs?${SERVICE}`).reply(503);
    await expect(ask(fromFork)).rejects.toMatchObject({ code: "FORGE_FAILING", retryable: true });
  });

  it("that was deleted has the head that its ref shows", async () => {
    asIssue();
    refs({ "refs/pull/8/head": SHA });
    const gone = told({ fork: true, source: { branch: "change", repo: null } });
    expect(await ask(gone)).toMatchObject({ headSha: SHA, fork: true });
  });
});

describe("refs of a repository", () => {
  it("are asked for where git is, which may be elsewhere", async () => {
    forge = await openWithToken({ gitUrl: "https://git.example/base" });
    asIssue();
    nock("https://git.example/base")
      .get(`${REFS}?${SERVICE}`)
      .reply(200, advertised({ "refs/pull/8/head": SHA }));
    expect(await ask()).toMatchObject({ headSha: SHA });
  });

  it.each([
    ["a page", "<h1>Sign in</h1>"],
    ["nothing", ""],
    ["an end too early", advertised({ "refs/heads/main": MAIN }).slice(0, -4)],
  ])("are unreadable in %s", async (_case, answer) => {
    asIssue();
    git.get(`${REFS}?${SERVICE}`).reply(200, answer);
    await expect(ask()).rejects.toMatchObject({ code: "FORGE_ANSWER_UNREADABLE", retryable: true });
  });

  it("are told by git's own words for an empty repository, and for names of any script", () => {
    const zeros = "0".repeat(40);
    expect(readAdvertisement(Buffer.from(advertised({})))).toEqual(new Map());
    expect(
      readAdvertisement(Buffer.from(advertised({ "capabilities^{}": zeros })))?.get("HEAD"),
    ).toBeUndefined();
    const umlaut = { "refs/heads/größe": SHA };
    expect(readAdvertisement(Buffer.from(advertised(umlaut)))).toEqual(new Map(Object.entries(umlaut)));
  });

  it.each(["0003", "zzzz", "00", "ffff# service=git-upload-pack\n"])("are none in %j", (bytes) => {
    expect(readAdvertisement(Buffer.from(bytes))).toBeUndefined();
  });
});
