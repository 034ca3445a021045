import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { sign, toldOf } from "../../../demo/gitlab/deliveries.ts";
import type { GitLabStandIn } from "../../../demo/gitlab/stand-in.ts";
import { startStandInGitLab } from "../../../demo/gitlab/stand-in.ts";
import { commit, makeBareRepository } from "../../../demo/repository.ts";
import { addComment, changeLabels, openIssue, openPull } from "../../../demo/stand-in/doings.ts";
import type { Account, Repository, Thread } from "../../../demo/stand-in/state.ts";
import { repositoryNamed } from "../../../demo/stand-in/state.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const actor: Account = { id: 1, login: "alice" };
const hook = { secret: "a secret", instance: "https://gitlab.example.com" };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let standIn: GitLabStandIn;
let repository: Repository;
let thread: Thread;

beforeEach(async () => {
  folder = await temporaryFolder();
  standIn = await startStandInGitLab({
    root: folder.path,
    repositories: [{ id: 42, fullName: "octo/deep/hello", defaultBranch: "main" }],
    accounts: [actor],
    tokens: {},
  });
  repository = repositoryNamed(standIn.state, "octo/deep/hello");
  thread = openIssue(standIn.state, { repository, actor, title: "Fix it", body: "Please." });
});

afterEach(async () => {
  await standIn.close();
  await folder[Symbol.asyncDispose]();
});

const about = () => ({ repository, actor });

/** A merge request with a head of its own. */
async function mergeRequest() {
  const git = await makeBareRepository(folder.path, repository.fullName, "main");
  await commit(git, { branch: "main", message: "first", files: { "a.txt": "a\n" } });
  const sha = await commit(git, { branch: "b", from: "main", message: "b", files: { "a.txt": "b\n" } });
  const pull = { head: { repository, branch: "b" }, base: "main", draft: false };
  return {
    git,
    sha,
    request: await openPull(standIn.state, { ...about(), title: "b", body: "", pull }),
  };
}

describe("the proof of a delivery", () => {
  it("is the secret token as it is", () => {
    const { headers } = sign({ event: "Push Hook", payload: {} }, hook, "one-id");
    expect(headers).toMatchObject({
      "x-gitlab-token": "a secret",
      "x-gitlab-instance": "https://gitlab.example.com",
      "idempotency-key": "one-id",
      "webhook-id": "one-id",
    });
    expect(headers).not.toHaveProperty("webhook-signature");
  });

  it("is a signature by a signing token", () => {
    const secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const told = { event: "Push Hook", payload: { object_kind: "push" } };
    const { headers } = sign(told, { ...hook, secret }, "msg_1", new Date(1_700_000_000_000));
    expect(headers["webhook-signature"]).toBe("v1,5dhHOZLrZR0RcGQfZDcq/1EQLIHEIYAU3VZ+oWEmwnE=");
    expect(headers).not.toHaveProperty("x-gitlab-token");
  });
});

describe("a delivery tells", () => {
  it("of a label by all labels before and after", async () => {
    changeLabels(standIn.state, { actor, thread, add: ["bug"] });
    const change = changeLabels(standIn.state, { actor, thread, add: ["coding agent"], remove: ["bug"] });
    const { event, payload } = await toldOf(standIn.state, { kind: "labels", ...about(), thread, ...change });
    expect(event).toBe("Issue Hook");
    expect(payload).toMatchObject({
      object_kind: "issue",
      user: { id: 1, username: "alice" },
      project: { id: 42, path_with_namespace: "octo/deep/hello" },
      object_attributes: { iid: 1, action: "update", labels: [{ title: "coding agent" }] },
      changes: { labels: { previous: [{ title: "bug" }], current: [{ title: "coding agent" }] } },
    });
  });

  it("of a merge request with the head of its branch, and of its head before", async () => {
    const { request, sha, git } = await mergeRequest();
    const opened = await toldOf(standIn.state, { kind: "opened", ...about(), thread: request });
    expect(opened).toMatchObject({
      event: "Merge Request Hook",
      payload: { object_attributes: { iid: 1, action: "open", last_commit: { id: sha } }, changes: {} },
    });
    const after = await commit(git, { branch: "b", message: "c", files: { "a.txt": "c\n" } });
    const pushed = { kind: "updated", ...about(), thread: request, before: sha, after } as const;
    expect((await toldOf(standIn.state, pushed)).payload).toMatchObject({
      object_attributes: { action: "update", oldrev: sha, last_commit: { id: after, title: "c" } },
    });
  });

  it("of a note on an issue, and of one on a merge request of the same number", async () => {
    const { request } = await mergeRequest();
    for (const [on, member] of [
      [thread, "issue"],
      [request, "merge_request"],
    ] as const) {
      const comment = addComment(standIn.state, { actor, thread: on, body: "/forgehand test" });
      const told = await toldOf(standIn.state, { kind: "commented", ...about(), thread: on, comment });
      expect(told.event).toBe("Note Hook");
      expect(told.payload).toMatchObject({
        object_attributes: { id: comment.id, note: "/forgehand test", action: "create", system: false },
        [member]: { iid: 1 },
      });
    }
  });

  it("of a push with its commits", async () => {
    const { sha } = await mergeRequest();
    const pushed = { kind: "pushed", ...about(), branch: "b", before: "0".repeat(40), after: sha } as const;
    expect(await toldOf(standIn.state, pushed)).toMatchObject({
      event: "Push Hook",
      payload: {
        ref: "refs/heads/b",
        checkout_sha: sha,
        user_id: 1,
        commits: [{ title: "first" }, { id: sha, title: "b" }],
      },
    });
  });
});
