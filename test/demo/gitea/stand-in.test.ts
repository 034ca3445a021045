import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { GiteaStandIn } from "../../../demo/gitea/stand-in.ts";
import { startStandInGitea } from "../../../demo/gitea/stand-in.ts";
import { commit, makeBareRepository } from "../../../demo/repository.ts";
import { addComment, changeLabels, openIssue } from "../../../demo/stand-in/doings.ts";
import type { Account, Repository, Thread } from "../../../demo/stand-in/state.ts";
import { repositoryNamed } from "../../../demo/stand-in/state.ts";
import { contract } from "../../support/openapi.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const alice: Account = { id: 1, login: "alice" };
const mallory: Account = { id: 2, login: "mallory" };
const REPO = "/repos/octo/hello";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let standIn: GiteaStandIn;
let repository: Repository;
let issue: Thread;
let sha: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  standIn = await startStandInGitea({
    root: folder.path,
    repositories: [{ id: 42, fullName: "octo/hello", defaultBranch: "main", roles: { alice: "admin" } }],
    accounts: [alice, mallory],
    tokens: { "alices-token": alice, "mallorys-token": mallory },
    organizations: { acme: ["alice"] },
    administrators: ["alice"],
  });
  repository = repositoryNamed(standIn.state, "octo/hello");
  const git = await makeBareRepository(folder.path, repository.fullName, "main");
  await commit(git, { branch: "main", message: "first", files: { "docs/a.txt": "a\n" } });
  sha = await commit(git, { branch: "change", from: "main", message: "b", files: { "docs/a.txt": "b\n" } });
  issue = openIssue(standIn.state, { repository, actor: alice, title: "Fix it", body: "Please." });
});

afterEach(async () => {
  await standIn.close();
  await folder[Symbol.asyncDispose]();
});

async function ask(method: string, path: string, body?: object, token = "alices-token") {
  const answer = await fetch(`${standIn.url}/api/v1${path}`, {
    method,
    headers: { authorization: `token ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: text.startsWith("{") || text.startsWith("[") ? (JSON.parse(text) as unknown) : text,
  };
}

describe("who asks", () => {
  it("is refused with a token that is nobody's", async () => {
    expect((await ask("GET", "/user", undefined, "other")).status).toBe(401);
    expect((await ask("GET", "/user")).body).toMatchObject({ id: 1, login: "alice" });
  });

  it("is told what others may do only as an administrator", async () => {
    const path = (login: string) => `${REPO}/collaborators/${login}/permission`;
    expect((await ask("GET", path("mallory"))).body).toMatchObject({ permission: "read", user: { id: 2 } });
    expect((await ask("GET", path("alice"), undefined, "mallorys-token")).status).toBe(403);
    expect((await ask("GET", path("mallory"), undefined, "mallorys-token")).status).toBe(200);
    expect((await ask("GET", path("nobody"))).status).toBe(404);
  });

  it("may not write where only reading is allowed", async () => {
    const state = { state: "success", context: "x" };
    expect((await ask("POST", `${REPO}/statuses/${sha}`, state, "mallorys-token")).status).toBe(403);
  });
});

describe("labels", () => {
  it("are set and taken off by id; ids that no label has are passed over", async () => {
    const made = await ask("POST", `${REPO}/labels`, { name: "Coding Agent", color: "#ededed" });
    const { id } = made.body as { id: number };
    expect((await ask("POST", `${REPO}/issues/1/labels`, { labels: [id, 99] })).body).toMatchObject([{ id }]);
    expect(issue.labels).toEqual(["Coding Agent"]);
    expect((await ask("DELETE", `${REPO}/issues/1/labels/${id}`)).status).toBe(204);
    expect((await ask("DELETE", `${REPO}/issues/1/labels/99`)).status).toBe(422);
    expect(issue.labels).toEqual([]);
  });

  it("need a colour", async () => {
    expect((await ask("POST", `${REPO}/labels`, { name: "x" })).status).toBe(422);
  });

  it("stand in the timeline with who set them, among what else happened, fifty at a time", async () => {
    changeLabels(standIn.state, { actor: mallory, thread: issue, add: ["a"] });
    addComment(standIn.state, { actor: alice, thread: issue, body: "1" });
    changeLabels(standIn.state, { actor: alice, thread: issue, remove: ["a"] });
    const timeline = (page: number, limit = 500) =>
      ask("GET", `${REPO}/issues/1/timeline?page=${page}&limit=${limit}`);
    expect((await timeline(1)).body).toMatchObject([
      { type: "label", body: "1", label: { name: "a" }, user: { login: "mallory" } },
      { type: "comment" },
      { type: "label", body: "", user: { login: "alice" } },
    ]);
    expect((await timeline(2)).body).toEqual([]);
    for (let count = 0; count < 60; count += 1) {
      addComment(standIn.state, { actor: alice, thread: issue, body: "x" });
    }
    expect((await timeline(1)).body).toHaveLength(50);
    expect((await ask("GET", `${REPO}/issues/1/comments?limit=1`)).body).toHaveLength(61);
  });
});

describe("statuses", () => {
  it("answer 500 for a commit that is not there, as if there was trouble", async () => {
    const status = { state: "success", context: "x" };
    expect((await ask("POST", `${REPO}/statuses/${"a".repeat(40)}`, status)).status).toBe(500);
    expect((await ask("GET", `${REPO}/git/commits/${"a".repeat(40)}`)).status).toBe(404);
    expect((await ask("POST", `${REPO}/statuses/${sha}`, status)).body).toMatchObject({ status: "success" });
  });
});

describe("pull requests", () => {
  const wanted = { head: "change", base: "main", title: "WIP: a change" };

  it("are opened once for a branch, as a draft where the title says so", async () => {
    expect(await ask("POST", `${REPO}/pulls`, wanted)).toMatchObject({
      status: 201,
      body: { number: 2, draft: true, head: { ref: "change", sha, repo_id: 42 } },
    });
    expect((await ask("POST", `${REPO}/pulls`, wanted)).status).toBe(409);
    expect((await ask("GET", `${REPO}/pulls?state=open`)).body).toMatchObject([{ number: 2 }]);
    expect((await ask("GET", `${REPO}/pulls?state=closed`)).body).toEqual([]);
    expect((await ask("GET", `${REPO}/pulls/1`)).status).toBe(404);
  });

  it("are refused without branches, and without a change", async () => {
    expect((await ask("POST", `${REPO}/pulls`, { ...wanted, base: "none" })).status).toBe(404);
    expect((await ask("POST", `${REPO}/pulls`, { ...wanted, head: "main" })).status).toBe(422);
  });
});

describe("lists", () => {
  it("show issues and pull requests that were changed since, and say whether they go on", async () => {
    await ask("POST", `${REPO}/pulls`, { head: "change", base: "main", title: "x" });
    const list = (query: string) => ask("GET", `${REPO}/issues?${query}`);
    expect((await list("type=issues")).body).toMatchObject([{ number: 1 }]);
    expect((await list("type=pulls")).body).toMatchObject([{ number: 2 }]);
    expect((await list("state=all&limit=1&page=2")).body).toMatchObject([{ number: 1 }]);
    issue.updatedAt = "2026-10-06T08:00:00.900Z";
    expect((await list("type=issues&since=2026-10-06T08:00:00Z")).body).toMatchObject([
      { updated_at: "2026-10-06T08:00:00Z" },
    ]);
    expect((await list("type=issues&since=2026-10-06T08:00:01Z")).body).toEqual([]);
    const linked = await fetch(`${standIn.url}/api/v1${REPO}/branches?limit=1`, {
      headers: { authorization: "token alices-token" },
    });
    expect(linked.headers.get("link")).toContain('rel="next"');
    expect(await linked.json()).toMatchObject([{ name: "change", commit: { id: sha } }]);
  });
});

describe("webhooks", () => {
  const config = { url: "https://bot.example.com", content_type: "json", secret: "s" };
  const make = async (path: string, body: object = {}, token?: string) =>
    ask("POST", path, { type: "gitea", config, ...body }, token);

  it("are switched off if nothing else is said, tell of pushes then, and never of their secret", async () => {
    const { status, body } = await make(`${REPO}/hooks`);
    expect(status).toBe(201);
    expect(body).toMatchObject({ active: false, events: ["push"], type: "gitea" });
    expect(JSON.stringify(body)).not.toContain('"secret"');
    expect((await ask("GET", `${REPO}/hooks`)).body).toEqual([body]);
  });

  it("take a word for all that begins so, another for itself, and pass over those that they do not know", async () => {
    const events = async (...words: string[]) => (await make(`${REPO}/hooks`, { events: words })).body;
    expect(await events("issues_only", "push", "nothing")).toMatchObject({ events: ["push", "issues"] });
    expect(await events("issues")).toMatchObject({
      events: ["issues", "issue_assign", "issue_label", "issue_milestone", "issue_comment"],
    });
  });

  it("need a type and an address, and somebody who may", async () => {
    expect((await make(`${REPO}/hooks`, { type: undefined })).status).toBe(422);
    expect((await make(`${REPO}/hooks`, { config: { url: "https://a.example" } })).status).toBe(422);
    expect((await make(`${REPO}/hooks`, {}, "mallorys-token")).status).toBe(403);
    expect((await make("/orgs/acme/hooks", {}, "mallorys-token")).status).toBe(403);
    expect((await make("/orgs/nobody/hooks")).status).toBe(404);
    expect((await make("/admin/hooks", {}, "mallorys-token")).status).toBe(403);
  });

  it("of the whole server are patterns for others if nothing else is said, which no list shows", async () => {
    expect((await make("/admin/hooks")).status).toBe(201);
    expect((await ask("GET", "/admin/hooks")).body).toEqual([]);
    const { body } = await make("/admin/hooks", { config: { ...config, is_system_webhook: "true" } });
    expect((await ask("GET", "/admin/hooks")).body).toEqual([body]);
    const { id } = body as { id: number };
    expect((await ask("DELETE", `/admin/hooks/${id}`)).status).toBe(204);
    expect((await ask("DELETE", `/admin/hooks/${id}`)).status).toBe(404);
  });
});

it("does not know other addresses, and its router says so", async () => {
  expect(await ask("GET", `${REPO}/nothing`)).toEqual({ status: 404, body: "404 page not found\n" });
});

const api = contract("gitea.json");
(api === undefined ? it.skip : it)(
  "knows no operation that Gitea's own description lacks, but the timeline and the searches",
  async () => {
    await ask("POST", `${REPO}/pulls`, { head: "change", base: "main", title: "x" });
    const routes: [string, string, object?][] = [
      ["GET", "/user"],
      ["GET", "/users/alice"],
      ["GET", REPO],
      ["GET", `${REPO}/collaborators/alice/permission`],
      ["GET", `${REPO}/issues?type=issues&since=2026-10-06T08:00:00Z`],
      ["GET", `${REPO}/branches?page=1&limit=50`],
      ["GET", `${REPO}/hooks`],
      ["GET", "/orgs/acme/hooks"],
      ["GET", "/admin/hooks"],
      ["GET", `${REPO}/issues/1`],
      ["POST", `${REPO}/issues/1/comments`, { body: "x" }],
      ["GET", `${REPO}/issues/1/comments`],
      ["GET", `${REPO}/labels?page=1&limit=50`],
      ["POST", `${REPO}/labels`, { name: "x", color: "#ededed" }],
      ["POST", `${REPO}/issues/1/labels`, { labels: [1] }],
      ["DELETE", `${REPO}/issues/1/labels/1`],
      ["GET", `${REPO}/pulls?state=open&sort=recentupdate&page=1&limit=50`],
      ["GET", `${REPO}/pulls/2`],
      ["POST", `${REPO}/statuses/${sha}`, { state: "pending", context: "x" }],
      ["GET", `${REPO}/git/commits/${sha}`],
      ["GET", `${REPO}/contents/docs%2Fa.txt?ref=main`],
    ];
    for (const [method, path, body] of routes)
      expect({ path, status: (await ask(method, path, body)).status < 300 }).toEqual({ path, status: true });
    const problems = standIn.requests.flatMap((request) =>
      api!.problemsOf({ ...request, path: request.path.slice("/api/v1".length) }),
    );
    expect(problems).toEqual([]);
  },
);
