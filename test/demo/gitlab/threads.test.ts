import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { commit } from "../../../demo/repository.ts";
import { addComment, changeLabels } from "../../../demo/stand-in/doings.ts";
import type { GitLabRoom } from "../../support/gitlab-room.ts";
import { alice, mallory, openGitLabRoom } from "../../support/gitlab-room.ts";

let room: GitLabRoom;

beforeEach(async () => {
  room = await openGitLabRoom();
});

afterEach(async () => room[Symbol.asyncDispose]());

describe("issues and merge requests", () => {
  it("are counted apart, and so are their notes and labels", async () => {
    await room.branches();
    const [one, other] = [room.issue(), await room.mergeRequest()];
    expect([one.number, other.number]).toEqual([1, 1]);
    await room.ask("POST", "/projects/42/merge_requests/1/notes", { body: "on the merge request" });
    await room.ask("PUT", "/projects/42/issues/1", { add_labels: "on the issue" });
    expect([one.comments.length, other.comments.length]).toEqual([0, 1]);
    expect([one.labels, other.labels]).toEqual([["on the issue"], []]);
    expect((await room.ask("GET", "/projects/42/issues/1")).body).toMatchObject({ title: "Fix it", iid: 1 });
    expect((await room.ask("GET", "/projects/42/merge_requests/1")).body).toMatchObject({
      title: "A change",
    });
  });

  it("change several labels at once, told as one happening", async () => {
    const thread = room.issue();
    changeLabels(room.standIn.state, { actor: mallory, thread, add: ["old", "state::open"] });
    const told: unknown[] = [];
    room.standIn.state.listeners.add((happening) => told.push(happening));
    await room.ask("PUT", "/projects/42/issues/1", { add_labels: "new,state::done", remove_labels: "old" });
    expect(thread.labels).toEqual(["new", "state::done"]);
    expect(told).toMatchObject([
      { kind: "labels", actor: alice, added: ["new", "state::done"], removed: ["old", "state::open"] },
    ]);
  });

  it("remember who set a label and who took it off", async () => {
    const thread = room.issue();
    changeLabels(room.standIn.state, { actor: mallory, thread, add: ["coding agent"] });
    await room.ask("PUT", "/projects/42/issues/1", { remove_labels: "coding agent" });
    expect((await room.ask("GET", "/projects/42/issues/1/resource_label_events")).body).toMatchObject([
      { action: "add", user: { username: "mallory" }, label: { name: "coding agent" } },
      { action: "remove", user: { username: "alice" } },
    ]);
  });

  it("page their notes as GitLab does", async () => {
    const thread = room.issue();
    for (const body of ["one", "two", "three"])
      addComment(room.standIn.state, { actor: alice, thread, body });
    const path = "/projects/42/issues/1/notes?sort=asc&per_page=2";
    const first = await room.ask("GET", path);
    expect(first.body).toMatchObject([{ body: "one" }, { body: "two" }]);
    expect([first.headers.get("x-next-page"), first.headers.get("x-total")]).toEqual(["2", "3"]);
    expect(first.headers.get("link")).toContain('rel="next"');
    expect((await room.ask("GET", `${path}&page=2`)).body).toMatchObject([{ body: "three" }]);
  });

  it("let nobody edit another one's note", async () => {
    const { id } = addComment(room.standIn.state, { actor: mallory, thread: room.issue(), body: "mine" });
    expect((await room.ask("PUT", `/projects/42/issues/1/notes/${id}`, { body: "x" })).status).toBe(403);
  });
});

describe("merge requests", () => {
  const wanted = { source_branch: "change", target_branch: "main", title: "Draft: a change" };

  it("are opened once for a branch, as a draft where the title says so", async () => {
    const sha = await room.branches();
    const opened = await room.ask("POST", "/projects/42/merge_requests", wanted);
    expect(opened).toMatchObject({ status: 201, body: { iid: 1, sha, draft: true, source_project_id: 42 } });
    expect(await room.ask("POST", "/projects/42/merge_requests", wanted)).toMatchObject({
      status: 409,
      body: { message: ["Another open merge request already exists for this source branch: !1"] },
    });
  });

  it("are found by state and branch", async () => {
    await room.branches();
    const thread = await room.mergeRequest();
    const list = (query: string) => room.ask("GET", `/projects/42/merge_requests?${query}`);
    expect((await list("state=opened&source_branch=change")).body).toMatchObject([{ iid: 1 }]);
    expect((await list("state=opened&source_branch=other")).body).toEqual([]);
    thread.state = "closed";
    expect((await list("state=opened")).body).toEqual([]);
  });

  it("show their head as the branch is now", async () => {
    await room.branches();
    await room.mergeRequest();
    const sha = await commit(room.git, { branch: "change", message: "c", files: { "docs/a.txt": "c\n" } });
    expect((await room.ask("GET", "/projects/42/merge_requests/1")).body).toMatchObject({
      sha,
      diff_refs: { head_sha: sha },
    });
  });
});
