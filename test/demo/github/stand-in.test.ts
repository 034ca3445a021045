import { createSign, generateKeyPairSync } from "node:crypto";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { GitHubStandIn } from "../../../demo/github/stand-in.ts";
import { startStandInGitHub } from "../../../demo/github/stand-in.ts";
import { commit, makeBareRepository } from "../../../demo/repository.ts";
import { addComment, changeLabels, openIssue, openPull } from "../../../demo/stand-in/doings.ts";
import type { Account, Repository } from "../../../demo/stand-in/state.ts";
import { repositoryNamed } from "../../../demo/stand-in/state.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const alice: Account = { id: 1, login: "alice" };
const mallory: Account = { id: 2, login: "mallory" };
const bot: Account = { id: 99, login: "forgehand-test[bot]", bot: true };
const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let standIn: GitHubStandIn;
let repository: Repository;
let git: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  git = await makeBareRepository(folder.path, "octo/hello", "main");
  standIn = await startStandInGitHub({
    root: folder.path,
    repositories: [{ id: 42, fullName: "octo/hello", defaultBranch: "main", roles: { alice: "maintain" } }],
    accounts: [alice, mallory, bot],
    tokens: { "alices-token": alice, "mallorys-token": mallory },
    app: {
      id: 7,
      slug: "forgehand-test",
      publicKey: keys.publicKey,
      installation: 70,
      grants: { contents: "write", issues: "read" },
    },
  });
  repository = repositoryNamed(standIn.state, "octo/hello");
});

afterEach(async () => {
  await standIn.close();
  await folder[Symbol.asyncDispose]();
});

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function ask(method: string, path: string, body?: unknown, token = "alices-token"): Promise<Answered> {
  const answer = await fetch(`${standIn.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "user-agent": "test" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

function appToken(claims: Readonly<Record<string, unknown>> = {}): string {
  const now = Math.floor(Date.now() / 1_000);
  const encode = (data: object) => Buffer.from(JSON.stringify(data)).toString("base64url");
  const text = `${encode({ alg: "RS256" })}.${encode({ iss: "7", iat: now, exp: now + 500, ...claims })}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(keys.privateKey, "base64url")}`;
}

const issue = () => openIssue(standIn.state, { repository, actor: alice, title: "Fix it", body: "Please." });

describe("who asks", () => {
  it("tells an account by its token", async () => {
    expect(await ask("GET", "/user")).toMatchObject({ status: 200, body: { login: "alice", id: 1 } });
  });

  it("refuses a token that is nobody's", async () => {
    expect(await ask("GET", "/user", undefined, "other")).toMatchObject({
      status: 401,
      body: { message: "Bad credentials" },
    });
  });

  it("gives an installation's token to the App that signs with its key", async () => {
    const made = await ask("POST", "/app/installations/70/access_tokens", {}, appToken());
    expect(made).toMatchObject({ status: 201, body: { permissions: { contents: "write" } } });
    const { token } = made.body as { token: string };
    expect(await ask("GET", "/repos/octo/hello", undefined, token)).toMatchObject({ status: 200 });
  });

  it.each([
    ["of another App", { iss: "8" }],
    ["that has expired", { exp: 1 }],
    ["that lives too long", { exp: Date.now() }],
  ])("refuses an App's token %s", async (_, claims) => {
    expect(await ask("GET", "/app", undefined, appToken(claims))).toMatchObject({ status: 401 });
  });

  it("refuses what the App was not granted", async () => {
    const made = await ask("POST", "/app/installations/70/access_tokens", {}, appToken());
    const { token } = made.body as { token: string };
    const { number } = issue();
    const comment = await ask(
      "POST",
      `/repos/octo/hello/issues/${number}/comments`,
      { body: "Hello" },
      token,
    );
    expect(comment).toMatchObject({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    });
  });

  it("refuses labels by somebody who may only read", async () => {
    const { number } = issue();
    const path = `/repos/octo/hello/issues/${number}/labels`;
    expect(await ask("POST", path, { labels: ["x"] }, "mallorys-token")).toMatchObject({ status: 403 });
  });

  it("lets a narrowed token fetch but not push", async () => {
    const narrow = { permissions: { contents: "read" } };
    const made = await ask("POST", "/app/installations/70/access_tokens", narrow, appToken());
    const { token } = made.body as { token: string };
    expect([standIn.acceptsGit(token, "fetch"), standIn.acceptsGit(token, "push")]).toEqual([true, false]);
  });

  it("shows maintain as write with its exact role beside it", async () => {
    const { body } = await ask("GET", "/repos/octo/hello/collaborators/alice/permission");
    expect(body).toMatchObject({ permission: "write", role_name: "maintain", user: { id: 1 } });
  });

  it("knows no permission of an account that does not exist", async () => {
    const answer = await ask("GET", "/repos/octo/hello/collaborators/nobody/permission");
    expect(answer).toMatchObject({ status: 404, body: { message: "nobody is not a user" } });
  });

  it("keeps no token in what it remembers of a request", async () => {
    await ask("GET", "/user");
    expect(standIn.requests[0]?.headers.authorization).toBe("Bearer ***");
  });
});

describe("issues", () => {
  it("pages its lists as GitHub does", async () => {
    const thread = issue();
    for (const body of ["one", "two", "three"]) {
      addComment(standIn.state, { actor: alice, thread, body });
    }
    const path = `/repos/octo/hello/issues/${thread.number}/comments`;
    const first = await ask("GET", `${path}?per_page=2`);
    expect(first.body).toHaveLength(2);
    expect(first.headers.get("link")).toContain(`<${standIn.url}${path}?per_page=2&page=2>; rel="next"`);
    const second = await ask("GET", `${path}?per_page=2&page=2`);
    expect(second.body).toMatchObject([{ body: "three" }]);
    expect(second.headers.get("link")).not.toContain('rel="next"');
  });

  it("remembers who set a label and who took it off", async () => {
    const thread = issue();
    changeLabels(standIn.state, { actor: mallory, thread, add: ["Coding Agent"] });
    await ask("DELETE", `/repos/octo/hello/issues/${thread.number}/labels/coding%20agent`);
    const { body } = await ask("GET", `/repos/octo/hello/issues/${thread.number}/events`);
    expect(body).toMatchObject([
      { event: "labeled", actor: { login: "mallory" }, label: { name: "Coding Agent" } },
      { event: "unlabeled", actor: { login: "alice" } },
    ]);
  });

  it("does not find a label that is not on the issue", async () => {
    const { number } = issue();
    expect(await ask("DELETE", `/repos/octo/hello/issues/${number}/labels/none`)).toMatchObject({
      status: 404,
      body: { message: "Label does not exist" },
    });
  });

  it("lets nobody edit another one's comment", async () => {
    const thread = issue();
    const { id } = addComment(standIn.state, { actor: mallory, thread, body: "mine" });
    expect(await ask("PATCH", `/repos/octo/hello/issues/comments/${id}`, { body: "x" })).toMatchObject({
      status: 403,
    });
  });
});

describe("commits and pull requests", () => {
  it("sets a status on a commit that is there, and on no other", async () => {
    const sha = await commit(git, { branch: "main", message: "first", files: { "a.txt": "a\n" } });
    const status = { state: "pending", context: "forgehand/test" };
    expect(await ask("POST", `/repos/octo/hello/statuses/${sha}`, status)).toMatchObject({ status: 201 });
    const unknown = "a".repeat(40);
    expect(await ask("POST", `/repos/octo/hello/statuses/${unknown}`, status)).toMatchObject({
      status: 422,
      body: { message: `No commit found for SHA: ${unknown}` },
    });
    expect(repository.statuses).toMatchObject([{ sha, state: "pending", context: "forgehand/test" }]);
  });

  it("opens one pull request for a branch with new commits", async () => {
    await commit(git, { branch: "main", message: "first", files: { "a.txt": "a\n" } });
    const sha = await commit(git, {
      branch: "change",
      from: "main",
      message: "b",
      files: { "a.txt": "b\n" },
    });
    const wanted = { title: "A change", head: "change", base: "main" };
    const opened = await ask("POST", "/repos/octo/hello/pulls", wanted);
    expect(opened).toMatchObject({ status: 201, body: { number: 1, head: { sha, repo: { id: 42 } } } });
    expect(await ask("POST", "/repos/octo/hello/pulls", wanted)).toMatchObject({
      status: 422,
      body: { errors: [{ message: "A pull request already exists for octo:change." }] },
    });
  });

  it("opens no pull request for a branch without new commits", async () => {
    await commit(git, { branch: "main", message: "first", files: { "a.txt": "a\n" } });
    const wanted = { title: "A change", head: "main", base: "main" };
    expect(await ask("POST", "/repos/octo/hello/pulls", wanted)).toMatchObject({
      status: 422,
      body: { errors: [{ message: "No commits between main and main" }] },
    });
  });

  it("shows the head of a pull request as its branch is now", async () => {
    await commit(git, { branch: "main", message: "first", files: { "a.txt": "a\n" } });
    await commit(git, { branch: "change", from: "main", message: "b", files: { "a.txt": "b\n" } });
    const pull = { head: { repository, branch: "change" }, base: "main", draft: false };
    const { number } = await openPull(standIn.state, {
      repository,
      actor: alice,
      title: "b",
      body: "",
      pull,
    });
    const sha = await commit(git, { branch: "change", message: "c", files: { "a.txt": "c\n" } });
    const { body } = await ask("GET", `/repos/octo/hello/pulls/${number}`);
    expect(body).toMatchObject({ head: { sha } });
  });

  it("reads a file at a revision", async () => {
    await commit(git, { branch: "main", message: "first", files: { "docs/a.txt": "a\n" } });
    const { body } = await ask("GET", "/repos/octo/hello/contents/docs%2Fa.txt?ref=main");
    expect(body).toMatchObject({ encoding: "base64", content: Buffer.from("a\n").toString("base64") });
  });
});

describe("faults", () => {
  it("answers what it was told to, once", async () => {
    standIn.answerNext({ method: "GET", path: "/user" }, { status: 502, body: { message: "Server Error" } });
    expect([(await ask("GET", "/user")).status, (await ask("GET", "/user")).status]).toEqual([502, 200]);
  });

  it("breaks the connection before or after the thing was done", async () => {
    const thread = issue();
    const path = `/repos/octo/hello/issues/${thread.number}/comments`;
    standIn.answerNext({ path }, "reset");
    await expect(ask("POST", path, { body: "one" })).rejects.toThrow();
    expect(thread.comments).toHaveLength(0);
    standIn.answerNext({ path }, "lose");
    await expect(ask("POST", path, { body: "two" })).rejects.toThrow();
    expect(thread.comments).toHaveLength(1);
  });

  it("lets a request hang until it is released", async () => {
    const fault = standIn.answerNext({ path: "/user" }, "hang");
    const answer = ask("GET", "/user");
    await fault.taken;
    fault.release();
    expect(await answer).toMatchObject({ status: 200 });
  });
});
