import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { toldOf } from "../../../demo/gogs/deliveries.ts";
import type { GogsStandIn } from "../../../demo/gogs/stand-in.ts";
import { startStandInGogs } from "../../../demo/gogs/stand-in.ts";
import { commit, makeBareRepository } from "../../../demo/repository.ts";
import { changeLabels, openIssue, openPull } from "../../../demo/stand-in/doings.ts";
import type { Account, Happening, Repository, Thread } from "../../../demo/stand-in/state.ts";
import { repositoryNamed } from "../../../demo/stand-in/state.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const alice: Account = { id: 1, login: "alice" };
const bot: Account = { id: 2, login: "bot" };
const mallory: Account = { id: 3, login: "mallory" };
const R = "/repos/alice/hello";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let standIn: GogsStandIn;
let repository: Repository;
let bare: string;
let heard: Happening[];

beforeEach(async () => {
  folder = await temporaryFolder();
  bare = await makeBareRepository(folder.path, "alice/hello", "main");
  await commit(bare, { branch: "main", message: "first", files: { "docs/a.txt": "a\n" } });
  const roles = { alice: "admin", bot: "admin" } as const;
  standIn = await startStandInGogs({
    root: folder.path,
    repositories: [{ id: 42, fullName: "alice/hello", defaultBranch: "main", roles }],
    accounts: [alice, bot, mallory],
    tokens: { "bots-token": bot, "mallorys-token": mallory },
  });
  repository = repositoryNamed(standIn.state, "alice/hello");
  heard = [];
  standIn.state.listeners.add((happening) => heard.push(happening));
});

afterEach(async () => {
  await standIn.close();
  await folder[Symbol.asyncDispose]();
});

async function ask(method: string, path: string, body?: unknown, authorization = "token bots-token") {
  const answer = await fetch(`${standIn.url}/api/v1${path}`, {
    method,
    headers: { authorization, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
  return { status: answer.status, body: isJson && text !== "" ? (JSON.parse(text) as unknown) : text };
}

const issue = (): Thread =>
  openIssue(standIn.state, { repository, actor: alice, title: "Fix it", body: "Please." });
const about = () => ({ repository, actor: alice });

describe("a stand-in for Gogs", () => {
  it("takes a token by its own scheme alone, and lets nobody do what the account may not", async () => {
    expect(await ask("GET", "/user")).toMatchObject({ status: 200, body: { id: 2, login: "bot" } });
    for (const other of ["Bearer bots-token", "token another", ""]) {
      expect(await ask("GET", "/user", undefined, other)).toMatchObject({ status: 401 });
      expect(await ask("GET", R, undefined, other)).toMatchObject({ status: 200 });
      expect(await ask("GET", `${R}/labels`, undefined, other)).toMatchObject({ status: 401 });
    }
    const theirs = "token mallorys-token";
    expect(await ask("GET", `${R}/collaborators`, undefined, theirs)).toMatchObject({ status: 403 });
    expect(await ask("POST", `${R}/labels`, { name: "x", color: "#000000" }, theirs)).toMatchObject({
      status: 403,
    });
  });

  it("names collaborators without the owner", async () => {
    const permissions = { admin: true, push: true, pull: true };
    expect((await ask("GET", `${R}/collaborators`)).body).toMatchObject([{ id: 2, permissions }]);
  });

  it.each([
    ["POST", `${R}/statuses/${"a".repeat(40)}`],
    ["GET", `${R}/pulls`],
    ["POST", `${R}/pulls`],
    ["GET", `${R}/issues/1/timeline`],
    ["POST", `${R}/branches`],
    ["GET", "/orgs/alice/teams"],
  ])("has no %s %s", async (method, path) => {
    issue();
    const body = method === "GET" ? undefined : {};
    expect(await ask(method, path, body)).toMatchObject({ status: 404 });
  });

  it("takes labels by id, tells of those that are set and of none that is taken off", async () => {
    const { number } = issue();
    const labels = `${R}/issues/${number}/labels`;
    expect(await ask("POST", labels, { labels: ["bug"] })).toMatchObject({ status: 422 });
    expect(await ask("POST", `${R}/labels`, { name: "bug" })).toMatchObject({ status: 422 });
    const made = await ask("POST", `${R}/labels`, { name: "bug", color: "#ededed" });
    expect(made).toMatchObject({ status: 201, body: { id: 1, name: "bug" } });
    expect(await ask("POST", labels, { labels: [1] })).toMatchObject({ status: 200 });
    expect((await ask("GET", `${R}/issues/${number}`)).body).toMatchObject({ labels: [{ id: 1 }] });
    expect(await ask("DELETE", `${labels}/1`)).toMatchObject({ status: 204 });
    expect(await ask("DELETE", `${labels}/9`)).toMatchObject({ status: 404 });
    expect((await ask("GET", `${R}/issues/${number}`)).body).toMatchObject({ labels: [] });
    expect(heard.map(({ kind }) => kind)).toEqual(["opened", "labels"]);
  });

  it("lists open issues ten by ten, whatever is asked for, and no pull requests", async () => {
    await commit(bare, { branch: "change", from: "main", message: "b", files: { "docs/a.txt": "b\n" } });
    const pull = { head: { repository, branch: "change" }, base: "main", draft: false };
    await openPull(standIn.state, { ...about(), title: "A change", body: "", pull });
    issue().state = "closed";
    for (let count = 0; count < 12; count += 1) issue();
    const numbers = async (page: string) => {
      const { body } = await ask("GET", `${R}/issues${page}`);
      return (body as Thread[]).map(({ number }) => number);
    };
    expect(await numbers("")).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5]);
    expect(await numbers("?page=2")).toEqual([4, 3]);
    const first = await fetch(`${standIn.url}/api/v1${R}/issues`, {
      headers: { authorization: "token bots-token" },
    });
    expect(first.headers.get("link")).toContain('page=2>; rel="next"');
  });

  it("makes webhooks that are off and tell of pushes, if nothing else is said, and never names a secret", async () => {
    const hooks = `${R}/hooks`;
    const config = { url: "https://bot.example.com", content_type: "json", secret: "s" };
    const made = await ask("POST", hooks, { type: "gogs", config });
    const shown = { active: false, events: ["push"], config: { url: config.url } };
    expect(made).toMatchObject({ status: 201, body: shown });
    expect((await ask("GET", hooks)).body).toEqual([made.body]);
    const events = ["issues", "issue_label", "push"];
    const other = await ask("POST", hooks, { type: "gogs", config, active: true, events });
    expect(other.body).toMatchObject({ active: true, events: ["push", "issues"] });
    expect(JSON.stringify(other.body)).not.toContain('"secret"');
    expect(await ask("POST", hooks, { type: "gogs", config: {} })).toMatchObject({ status: 422 });
    expect(await ask("GET", hooks, undefined, "token mallorys-token")).toMatchObject({ status: 403 });
    const { id } = other.body as { id: number };
    for (const path of [`${hooks}/${id}`, `${hooks}/${id}`]) {
      expect(await ask("DELETE", path)).toMatchObject({ status: 204 });
    }
    expect(await ask("GET", `${hooks}/${id}`)).toMatchObject({ status: 404 });
  });

  it("lets comments be changed by their author alone", async () => {
    const comments = `${R}/issues/${issue().number}/comments`;
    const { body } = await ask("POST", comments, { body: "Hello" }, "token mallorys-token");
    const { id } = body as { id: number };
    expect(await ask("PATCH", `${comments}/${id}`, { body: "Bye" })).toMatchObject({ status: 403 });
    expect(await ask("PATCH", `${comments}/1`, { body: "Bye" })).toMatchObject({ status: 404 });
    expect(await ask("POST", comments, {})).toMatchObject({ status: 422 });
    expect((await ask("GET", comments)).body).toMatchObject([{ id, body: "Hello", user: mallory }]);
  });

  it("shows a pull request as an issue, and texts of files as they are", async () => {
    await commit(bare, { branch: "change", from: "main", message: "b", files: { "docs/a.txt": "b\n" } });
    const pull = { head: { repository, branch: "change" }, base: "main", draft: false };
    const { number } = await openPull(standIn.state, { ...about(), title: "A change", body: "", pull });
    expect((await ask("GET", `${R}/issues/${number}`)).body).toMatchObject({
      number,
      pull_request: { merged: false },
    });
    expect(await ask("GET", `${R}/raw/change/docs/a.txt`)).toMatchObject({ status: 200, body: "b\n" });
    expect(await ask("GET", `${R}/raw/change/none`)).toMatchObject({ status: 404 });
  });

  it("tells of all labels that are on it, not of the one that was changed", async () => {
    const thread = issue();
    changeLabels(standIn.state, { thread, actor: alice, add: ["a", "b"] });
    const told = await toldOf(standIn.state, {
      kind: "labels",
      ...about(),
      thread,
      added: ["b"],
      removed: [],
    });
    expect(told).toMatchObject({
      event: "issues",
      payload: {
        action: "label_updated",
        issue: {
          labels: [
            { id: 1, name: "a" },
            { id: 2, name: "b" },
          ],
        },
      },
    });
    expect(told.payload).not.toHaveProperty("label");
  });
});
