import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { GitLabRoom } from "../../support/gitlab-room.ts";
import { openGitLabRoom, PROJECT } from "../../support/gitlab-room.ts";
import { contract } from "../../support/openapi.ts";

let room: GitLabRoom;

beforeEach(async () => {
  room = await openGitLabRoom();
});

afterEach(async () => room[Symbol.asyncDispose]());

describe("who asks", () => {
  it("is told by either header", async () => {
    const bearer = await fetch(`${room.standIn.url}/api/v4/user`, {
      headers: { authorization: "Bearer alices-token" },
    });
    const answers: unknown[] = [(await room.ask("GET", "/user")).body, await bearer.json()];
    expect(answers).toMatchObject([{ username: "alice", id: 1 }, { username: "alice" }]);
    const told = room.standIn.requests.map(
      ({ headers }) => headers["private-token"] ?? headers.authorization,
    );
    expect(told.sort()).toEqual(["***", "Bearer ***"]);
  });

  it("is refused with a token that is nobody's", async () => {
    expect(await room.ask("GET", "/user", undefined, "other")).toMatchObject({
      status: 401,
      body: { message: "401 Unauthorized" },
    });
  });

  it.each(["42", encodeURIComponent(PROJECT)])("finds the project as %s", async (id) => {
    expect(await room.ask("GET", `/projects/${id}`)).toMatchObject({
      status: 200,
      body: { id: 42, path_with_namespace: PROJECT, default_branch: "main" },
    });
  });

  it("finds an account by its name", async () => {
    expect((await room.ask("GET", "/users?username=Mallory")).body).toMatchObject([{ id: 2 }]);
    expect((await room.ask("GET", "/users?username=nobody")).body).toEqual([]);
  });

  it("is answered under the path that it is installed under, and nowhere else", async () => {
    const { origin, pathname } = new URL(room.standIn.url);
    expect(pathname).toBe("/gitlab");
    expect((await fetch(`${origin}/api/v4/user`)).status).toBe(404);
  });

  it("has an access level as a member, and is none without a role", async () => {
    expect((await room.ask("GET", "/projects/42/members/all/1")).body).toMatchObject({
      access_level: 40,
      state: "active",
    });
    expect((await room.ask("GET", "/projects/42/members/all/2")).status).toBe(404);
  });

  it("may not do what only members may", async () => {
    const { number } = room.issue();
    const path = `/projects/42/issues/${number}`;
    expect(await room.ask("PUT", path, { add_labels: "x" }, "mallorys-token")).toMatchObject({
      status: 403,
      body: { message: "403 Forbidden" },
    });
  });
});

describe("files and git", () => {
  it("read a file at a revision, as it is", async () => {
    await room.branches();
    const path = (ref: string) => `/projects/42/repository/files/docs%2Fa.txt/raw?ref=${ref}`;
    expect(await room.ask("GET", path("change"))).toMatchObject({ status: 200, body: "b\n" });
    expect(await room.ask("GET", path("none"))).toMatchObject({
      status: 404,
      body: { message: "404 File Not Found" },
    });
  });

  it("let git in with any name but a blank one, and a token", () => {
    const access = [
      ["oauth2", "alices-token"],
      ["", "alices-token"],
      ["oauth2", "other"],
    ] as const;
    expect(access.map(([name, password]) => room.standIn.acceptsGit(name, password))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

const api = contract("gitlab.json");
(api === undefined ? it.skip : it)(
  "knows no operation that GitLab's own description lacks, but label events",
  async () => {
    const sha = await room.branches();
    room.issue();
    await room.mergeRequest();
    const routes: [string, string, object?][] = [
      ["GET", "/user"],
      ["GET", "/users/1"],
      ["GET", "/users?username=alice"],
      ["GET", "/projects/42"],
      ["GET", "/projects/42/members/all/1"],
      ["GET", "/projects/42/issues/1"],
      ["PUT", "/projects/42/issues/1", { add_labels: ["x"] }],
      ["POST", "/projects/42/issues/1/notes", { body: "x" }],
      ["GET", "/projects/42/issues/1/notes"],
      ["GET", "/projects/42/merge_requests?state=opened&source_branch=change"],
      ["GET", "/projects/42/merge_requests/1"],
      ["PUT", "/projects/42/merge_requests/1", { remove_labels: ["x"] }],
      ["POST", "/projects/42/merge_requests/1/notes", { body: "x" }],
      ["POST", `/projects/42/statuses/${sha}`, { state: "pending", name: "x", ref: "change" }],
      ["GET", `/projects/42/repository/commits/${sha}`],
      ["GET", `/projects/42/repository/commits/${sha}/statuses`],
      ["GET", "/projects/42/repository/files/docs%2Fa.txt/raw?ref=main"],
    ];
    for (const [method, path, body] of routes)
      expect((await room.ask(method, path, body)).status).toBeLessThan(300);
    const problems = room.standIn.requests.flatMap((request) =>
      api!.problemsOf({ ...request, path: request.path.slice("/gitlab".length) }),
    );
    expect(problems).toEqual([]);
  },
);

it("meets faults before or after a thing was done", async () => {
  const thread = room.issue();
  const path = /\/issues\/1\/notes$/;
  room.standIn.answerNext({ method: "POST", path }, "reset");
  await expect(room.ask("POST", "/projects/42/issues/1/notes", { body: "one" })).rejects.toThrow();
  room.standIn.answerNext({ method: "POST", path }, "lose");
  await expect(room.ask("POST", "/projects/42/issues/1/notes", { body: "two" })).rejects.toThrow();
  expect(thread.comments.map(({ bodies }) => bodies)).toEqual([["two"]]);
});
