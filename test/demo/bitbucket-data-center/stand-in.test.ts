import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { BitbucketDataCenterWorld } from "../../../demo/bitbucket-data-center/world.ts";
import { openBitbucketDataCenter } from "../../../demo/bitbucket-data-center/world.ts";
import { commit, readAt } from "../../../demo/repository.ts";
import type { Thread } from "../../../demo/stand-in/state.ts";
import { DEFAULT_BRANCH } from "../../../demo/world.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const REPO = "/api/latest/projects/GREET/repos/hello-world";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let world: BitbucketDataCenterWorld;
let sha: string;
let pull: Thread;

beforeEach(async () => {
  folder = await temporaryFolder();
  world = await openBitbucketDataCenter({ root: folder.path });
  await commit(world.bare, { branch: DEFAULT_BRANCH, message: "first", files: { "a.txt": "a\n" } });
  const head = { branch: "change", from: DEFAULT_BRANCH, message: "b", files: { "a.txt": "b\n" } };
  sha = await commit(world.bare, head);
  pull = await world.openPullRequest({ title: "Change it", branch: "change" });
});

afterEach(async () => {
  await world.close();
  await folder[Symbol.asyncDispose]();
});

async function ask(method: string, path: string, body?: object, token = world.environment.BITBUCKET_TOKEN) {
  const answer = await fetch(`${world.url}/rest${path}`, {
    method,
    headers: { authorization: `Bearer ${token ?? ""}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") === true && text !== "";
  const data: unknown = isJson ? JSON.parse(text) : text;
  return { status: answer.status, data, user: answer.headers.get("x-ausername") };
}

const refused = (status: number, exception: string) => ({
  status,
  data: { errors: [{ exceptionName: `com.atlassian.bitbucket.${exception}` }] },
});

describe("who asks", () => {
  it("is told in every answer, and a token that is nobody's by nothing else where all may ask", async () => {
    const path = "/api/latest/application-properties";
    expect(await ask("GET", path)).toMatchObject({ status: 200, user: "forgehand-token" });
    expect(await ask("GET", path, undefined, "other")).toMatchObject({ status: 200, user: "anonymous" });
    expect(await ask("GET", `${REPO}/default-branch`, undefined, "other")).toMatchObject({ status: 401 });
  });

  it("is listed by a part of the name, with a permission, and never where it is a token's own account", async () => {
    const query =
      "permission.1=REPO_WRITE&permission.1.projectKey=GREET&permission.1.repositorySlug=hello-world";
    const names = async (filter: string) => {
      const { data } = await ask("GET", `/api/latest/users?filter=${filter}`);
      return (data as { values: { name: string }[] }).values.map(({ name }) => name);
    };
    expect(await names("octo")).toEqual(["octocat"]);
    expect(await names("o")).toEqual(["Codertocat", "octocat"]);
    expect(await names(`o&${query}`)).toEqual(["Codertocat"]);
    expect(await names("forgehand")).toEqual([]);
  });

  it("finds a project in any case, and nothing under an address that there is not", async () => {
    expect(await ask("GET", `${REPO.replace("GREET", "greet")}/default-branch`)).toMatchObject({
      status: 200,
    });
    const builds = `${REPO}/commits/${sha}/unknown`;
    expect(await ask("GET", builds)).toMatchObject({ status: 404, data: { "status-code": 404 } });
  });
});

describe("a build", () => {
  const build = { key: "k", state: "INPROGRESS", url: "https://bot.example.com" };
  const post = (body: object, commitId = sha) => ask("POST", `${REPO}/commits/${commitId}/builds`, body);

  it("is shown on its commit", async () => {
    expect(await post({ ...build, ref: "refs/heads/change" })).toMatchObject({ status: 204 });
    expect(world.statuses(sha)).toMatchObject([{ state: "pending", context: "k" }]);
  });

  it.each([
    { ref: "change" },
    { url: "/runs/1" },
    { url: `https://bot.example.com/${"x".repeat(450)}` },
    { state: "PENDING" },
    { key: "" },
    { key: "x".repeat(256) },
    { description: "x".repeat(256) },
  ])("is refused with %j", async (wrong) => {
    expect(await post({ ...build, ...wrong })).toMatchObject(refused(400, "ArgumentValidationException"));
  });

  it("is refused on a commit that is not there, and in a repository that is not for us", async () => {
    expect(await post(build, "0".repeat(40))).toMatchObject(refused(404, "commit.NoSuchCommitException"));
    const fork = "/api/latest/projects/~octocat/repos/hello-world";
    expect(await ask("POST", `${fork}/commits/${sha}/builds`, build)).toMatchObject(
      refused(401, "AuthorisationException"),
    );
  });
});

describe("a comment", () => {
  const path = () => `${REPO}/pull-requests/${pull.number}/comments`;

  it("is edited only on its newest version, by its author", async () => {
    const { data } = await ask("POST", path(), { text: "one" });
    const { id, version } = data as { id: number; version: number };
    expect(version).toBe(0);
    expect(await ask("PUT", `${path()}/${id}`, { text: "two", version })).toMatchObject({
      status: 200,
      data: { version: 1, text: "two" },
    });
    expect(await ask("PUT", `${path()}/${id}`, { text: "three", version })).toMatchObject(
      refused(409, "comment.CommentOutOfDateException"),
    );
    const other = world.comment(pull, "Mine");
    expect(await ask("PUT", `${path()}/${other.id}`, { text: "Ours", version: 0 })).toMatchObject({
      status: 401,
    });
  });

  it("is found among the activities, the newest first, page by page", async () => {
    for (const text of ["one", "two"]) await ask("POST", path(), { text });
    const page = async (start: number) => {
      const query = `limit=2&start=${start}`;
      const { data } = await ask("GET", `${REPO}/pull-requests/${pull.number}/activities?${query}`);
      return data;
    };
    expect(await page(0)).toMatchObject({
      values: [{ comment: { text: "two" } }, { comment: { text: "one" } }],
      isLastPage: false,
      nextPageStart: 2,
    });
    expect(await page(2)).toMatchObject({ values: [{ action: "OPENED" }], isLastPage: true });
  });
});

describe("a pull request", () => {
  const open = (branch: string) =>
    ask("POST", `${REPO}/pull-requests`, {
      title: "Again",
      fromRef: { id: `refs/heads/${branch}` },
      toRef: { id: `refs/heads/${DEFAULT_BRANCH}` },
    });

  it("is the only one between its branches: the refusal shows it", async () => {
    expect(await open("change")).toMatchObject({
      status: 409,
      data: { errors: [{ existingPullRequest: { id: pull.number, fromRef: { latestCommit: sha } } }] },
    });
  });

  it("is refused where there is nothing to merge, and from a branch that is not there", async () => {
    expect(await open(DEFAULT_BRANCH)).toMatchObject(refused(409, "pull.EmptyPullRequestException"));
    expect(await open("gone")).toMatchObject(refused(404, "commit.NoSuchBranchException"));
  });

  it("has a ref of its own only once somebody looked at its changes", async () => {
    const ref = `refs/pull-requests/${pull.number}/from`;
    const read = () => readAt(world.bare, ref, "a.txt");
    await expect(read()).rejects.toThrow();
    await ask("GET", `${REPO}/pull-requests/${pull.number}/changes?limit=1`);
    expect(await read()).toBe("b\n");
  });
});

describe("a webhook", () => {
  const HOOKS = `${REPO}/webhooks`;
  const wanted = {
    name: "bot",
    url: "https://bot.example.com",
    events: ["pr:opened"],
    configuration: { secret: "a secret" },
  };

  it("is written in full each time: a secret that is left out is gone", async () => {
    const { status, data } = await ask("POST", HOOKS, wanted);
    expect(status).toBe(201);
    const { id } = data as { id: number };
    expect(JSON.stringify(data)).not.toContain("a secret");
    expect(world.hooks.all()).toMatchObject([{ secret: "a secret" }]);
    expect(await ask("PUT", `${HOOKS}/${id}`, { ...wanted, configuration: {} })).toMatchObject({
      status: 200,
    });
    expect(world.hooks.all()).toMatchObject([{ secret: "" }]);
  });

  it("is refused as a whole for one event that is unknown, though the manual names it", async () => {
    for (const event of ["pr:to_ref_updated", "pr:reviewer:changes_requested", "diagnostics:ping"]) {
      const events = ["pr:opened", event];
      expect(await ask("POST", HOOKS, { ...wanted, events })).toMatchObject(
        refused(400, "ArgumentValidationException"),
      );
    }
    expect(world.hooks.all()).toEqual([]);
  });

  it("is not removed for what may be a page of somebody else's", async () => {
    const { data } = await ask("POST", HOOKS, wanted);
    const { id } = data as { id: number };
    const remove = async (headers: Record<string, string>) => {
      const authorization = `Bearer ${world.environment.BITBUCKET_TOKEN ?? ""}`;
      const url = `${world.url}/rest${HOOKS}/${id}`;
      return (await fetch(url, { method: "DELETE", headers: { authorization, ...headers } })).status;
    };
    expect(await remove({})).toBe(403);
    expect(await remove({ "x-atlassian-token": "no-check" })).toBe(204);
    expect(await remove({ "x-atlassian-token": "no-check" })).toBe(404);
  });

  it("of a project is another list than those of its repositories, for who administers it", async () => {
    expect(await ask("POST", "/api/latest/projects/greet/webhooks", wanted)).toMatchObject({
      status: 201,
      data: { scopeType: "project" },
    });
    expect(await ask("GET", HOOKS)).toMatchObject({ data: { values: [] } });
    expect(await ask("GET", "/api/latest/projects/~octocat/webhooks")).toMatchObject(
      refused(401, "AuthorisationException"),
    );
    expect(await ask("GET", "/api/latest/projects/NONE/webhooks")).toMatchObject(
      refused(404, "project.NoSuchProjectException"),
    );
  });

  it("keeps the newest call of each event and outcome", async () => {
    const { data } = await ask("POST", HOOKS, wanted);
    const { id } = data as { id: number };
    const [hook] = world.hooks.all();
    world.hooks.hold?.(hook!);
    const latest = (query: string) => ask("GET", `${HOOKS}/${id}/latest?${query}`);
    expect(await latest("event=pr:opened&outcome=FAILURE")).toMatchObject({ status: 204 });
    expect(await latest("outcome=SUCCESS")).toMatchObject({ status: 204 });
    expect(await latest("event=repo:refs_changed")).toMatchObject({
      data: {
        id: hook!.attempts.at(-1)!.id,
        request: { headers: { "X-Event-Key": "repo:refs_changed" } },
        result: { outcome: "FAILURE" },
      },
    });
  });
});
