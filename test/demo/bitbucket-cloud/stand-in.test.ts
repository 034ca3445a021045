import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { BitbucketCloudStandIn } from "../../../demo/bitbucket-cloud/stand-in.ts";
import { API, startStandInBitbucketCloud } from "../../../demo/bitbucket-cloud/stand-in.ts";
import { uuidOf } from "../../../demo/bitbucket-cloud/state.ts";
import { commit, makeBareRepository } from "../../../demo/repository.ts";
import { addComment, openIssue, openPull } from "../../../demo/stand-in/doings.ts";
import type { Account, Repository } from "../../../demo/stand-in/state.ts";
import { repositoryNamed } from "../../../demo/stand-in/state.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const alice: Account = { id: 1, login: "alice" };
const mallory: Account = { id: 2, login: "mallory" };
const REPOSITORY = "octo/hello";
const R = `/repositories/${REPOSITORY}`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let standIn: BitbucketCloudStandIn;
let repository: Repository;
let sha: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  const git = await makeBareRepository(folder.path, REPOSITORY, "main");
  await commit(git, { branch: "main", message: "first", files: { "a.txt": "a\n" } });
  sha = await commit(git, { branch: "change", from: "main", message: "b", files: { "a.txt": "b\n" } });
  standIn = await startStandInBitbucketCloud({
    root: folder.path,
    repositories: [{ id: 42, fullName: REPOSITORY, defaultBranch: "main", roles: { alice: "admin" } }],
    accounts: [alice, mallory],
    tokens: {
      "alices-token": { email: "alice@example.com", account: alice },
      "mallorys-token": { email: "mallory@example.com", account: mallory },
    },
  });
  repository = repositoryNamed(standIn.state, REPOSITORY);
});

afterEach(async () => {
  await standIn.close();
  await folder[Symbol.asyncDispose]();
});

async function ask(method: string, path: string, body?: object, who = "alice", name = `${who}@example.com`) {
  const answer = await fetch(`${standIn.url}${API}${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(`${name}:${who}s-token`).toString("base64")}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const refused = (status: number, error: object) => ({ status, body: { type: "error", error } });

const propose = () => {
  const pull = { head: { repository, branch: "change" }, base: "main", draft: false };
  return openPull(standIn.state, { repository, actor: alice, title: "A change", body: "", pull });
};

describe("who asks", () => {
  it("is known by a token with the e-mail of its account, and by nothing else", async () => {
    expect(await ask("GET", "/user")).toMatchObject({ status: 200, body: { uuid: uuidOf(alice) } });
    for (const name of ["alice", "mallory@example.com", ""]) {
      expect((await ask("GET", "/user", undefined, "alice", name)).status).toBe(401);
    }
  });

  it("is told permissions only as an administrator", async () => {
    const path = `/workspaces/octo/permissions/repositories/${encodeURIComponent(uuidOf(repository))}`;
    const q = (account: Account) => `?q=${encodeURIComponent(`user.uuid="${uuidOf(account)}"`)}`;
    expect(await ask("GET", path + q(alice))).toMatchObject({ body: { values: [{ permission: "admin" }] } });
    expect(await ask("GET", path + q(mallory))).toMatchObject({ body: { values: [] } });
    expect((await ask("GET", path, undefined, "mallory")).status).toBe(403);
  });

  it("shows git another name than the e-mail", () => {
    expect(standIn.acceptsGit("x-bitbucket-api-token-auth", "alices-token")).toBe(true);
    expect(standIn.acceptsGit("alice@example.com", "alices-token")).toBe(false);
    expect(standIn.acceptsGit("x-bitbucket-api-token-auth", "other")).toBe(false);
  });
});

describe("build statuses", () => {
  const status = { key: "test", state: "INPROGRESS", url: "https://bot.example.com/runs/1" };
  const post = (change: object = {}, at = sha, who = "alice") =>
    ask("POST", `${R}/commit/${at}/statuses/build`, { ...status, ...change }, who);

  it("are one row for a key, which only its author may change", async () => {
    expect((await post()).status).toBe(201);
    expect((await post({ state: "SUCCESSFUL" })).status).toBe(200);
    expect((await post({ state: "FAILED" }, sha, "mallory")).status).toBe(403);
    expect(repository.statuses.map(({ state }) => state)).toEqual(["INPROGRESS", "SUCCESSFUL"]);
  });

  it.each([
    ["key", { key: "x".repeat(41) }],
    ["key", { key: undefined }],
    ["state", { state: "success" }],
    ["url", { url: undefined }],
    ["url", { url: "/runs/1" }],
    ["url", { url: "https://bot.example.com/{run}" }],
    ["description", { description: "x".repeat(256) }],
  ])("are refused for a wrong %s: %j", async (field, change) => {
    expect(await post(change)).toMatchObject(refused(400, { fields: { [field]: [expect.any(String)] } }));
  });

  it("want the whole id of a commit that is there", async () => {
    for (const at of [sha.slice(0, 12), "f".repeat(40)]) {
      expect(await post({}, at)).toMatchObject(refused(404, { message: "Commit not found" }));
    }
  });
});

describe("pull requests", () => {
  const wanted = { title: "A change", source: { branch: { name: "change" } } };

  it("tell 12 digits of their head, which a commit tells in whole", async () => {
    await propose();
    const { body } = await ask("GET", `${R}/pullrequests/1`);
    expect(body).toMatchObject({ state: "OPEN", source: { commit: { hash: sha.slice(0, 12) } } });
    expect((await ask("GET", `${R}/commit/${sha.slice(0, 12)}`)).body).toMatchObject({ hash: sha });
  });

  it("are opened from a branch that has something new, by who may write", async () => {
    const path = `${R}/pullrequests`;
    expect((await ask("POST", path, wanted, "mallory")).status).toBe(403);
    expect(await ask("POST", path, wanted)).toMatchObject({ status: 201, body: { id: 1 } });
    const same = { ...wanted, source: { branch: { name: "main" } } };
    expect(await ask("POST", path, same)).toMatchObject(
      refused(400, { message: "There are no changes to be pulled" }),
    );
    const none = { ...wanted, source: { branch: { name: "none" } } };
    expect(await ask("POST", path, none)).toMatchObject(
      refused(400, { fields: { source: ["branch not found: none"] } }),
    );
  });

  it("and issues are counted apart, and commented by everybody, but nobody changes another's", async () => {
    const { state } = standIn;
    const issue = openIssue(state, { repository, actor: alice, title: "Fix it", body: "" });
    const pull = await propose();
    expect([issue.number, pull.number]).toEqual([1, 1]);
    const { id } = addComment(state, { thread: pull, actor: alice, body: "Hello" });
    const content = { content: { raw: "Changed" } };
    const at = `${R}/pullrequests/1/comments`;
    expect((await ask("PUT", `${at}/${id}`, content, "mallory")).status).toBe(403);
    expect((await ask("PUT", `${at}/${id}`, content)).status).toBe(200);
    expect((await ask("POST", `${R}/issues/1/comments`, content, "mallory")).status).toBe(201);
    expect((await ask("POST", at, { content: {} })).status).toBe(400);
    const { body } = await ask("GET", `${at}?pagelen=1&page=1`);
    expect(body).toMatchObject({ size: 1, values: [{ content: { raw: "Changed" } }] });
  });
});

describe("webhooks", () => {
  const wanted = { url: "https://bot.example.com", events: ["repo:push"], secret: "a secret" };
  const create = (change: object = {}, who = "alice", path = `${R}/hooks`) =>
    ask("POST", path, { ...wanted, ...change }, who);

  it("never tell their secret, and keep it where an update leaves it out", async () => {
    const { body } = await create();
    expect(body).toMatchObject({ secret_set: true, url: wanted.url });
    expect(JSON.stringify(body)).not.toContain(wanted.secret);
    const path = `${R}/hooks/${encodeURIComponent(String(body.uuid))}`;
    expect((await ask("PUT", path, { active: false })).body).toMatchObject({
      active: false,
      secret_set: true,
    });
    expect(standIn.state.hooks).toMatchObject([{ secret: wanted.secret, active: false }]);
    expect((await ask("PUT", path, { secret: null })).body).toMatchObject({ secret_set: false });
  });

  it("of a repository and of its workspace are two lists, for administrators alone", async () => {
    expect((await create({}, "mallory")).status).toBe(403);
    expect((await create({}, "mallory", "/workspaces/octo/hooks")).status).toBe(403);
    expect((await create({}, "alice", "/workspaces/octo/hooks")).status).toBe(201);
    expect((await ask("GET", `${R}/hooks`)).body).toMatchObject({ size: 0 });
    expect((await ask("GET", "/workspaces/octo/hooks")).body).toMatchObject({
      values: [{ subject_type: "workspace" }],
    });
    expect((await ask("GET", "/workspaces/other/hooks")).status).toBe(404);
  });

  it.each([
    ["events", { events: ["issue:created"] }],
    ["events", { events: [] }],
    ["url", { url: "bot" }],
    ["secret", { secret: "x".repeat(129) }],
  ])("are refused for wrong %s: %j", async (field, change) => {
    expect(await create(change)).toMatchObject(refused(400, { fields: { [field]: [expect.any(String)] } }));
  });
});
