import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { commentTold, labelTold, pushTold, sign, threadTold } from "../../demo/deliveries.ts";
import { addComment, addLabel, openIssue, openPull } from "../../demo/github/doings.ts";
import type { Account, Repository } from "../../demo/github/state.ts";
import { commit, makeBareRepository } from "../../demo/repository.ts";
import type { StandIn } from "../../demo/stand-in-github.ts";
import { startStandInGitHub } from "../../demo/stand-in-github.ts";
import { github } from "../../src/forges/github/index.ts";
import { temporaryFolder } from "../support/temporary.ts";

const actor: Account = { id: 1, login: "alice", type: "User" };
const SHA = "a".repeat(40);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let standIn: StandIn;
let repository: Repository;

beforeEach(async () => {
  folder = await temporaryFolder();
  standIn = await startStandInGitHub({
    root: folder.path,
    repositories: [{ id: 42, fullName: "octo/hello", defaultBranch: "main" }],
    accounts: [actor],
  });
  repository = standIn.repository("octo/hello");
});

afterEach(async () => {
  await standIn.close();
  await folder[Symbol.asyncDispose]();
});

const scene = () => ({ state: standIn.state, repository, actor });
const issue = () => openIssue(standIn.state, { repository, actor, title: "Fix it", body: "Please." });

function read(told: { event: string; payload: object }) {
  const { headers, body } = sign({ event: told.event, payload: { ...told.payload } }, "a secret");
  const request = { headers, body: Buffer.from(body) };
  const sender = github.verify(request, ["a secret"], new Date());
  return { sender, reading: github.normalise({ event: told.event, ...request }) };
}

describe("a delivery of the stand-in", () => {
  it("is signed and read as a label that was set", async () => {
    const thread = issue();
    addLabel(standIn.state, { repository, actor, thread, label: "coding agent" });
    const told = await labelTold(scene(), "labeled", { thread, label: "coding agent" });
    expect(read(told)).toMatchObject({
      sender: { state: "proven" },
      reading: {
        kind: "event",
        events: [
          {
            kind: "issue",
            action: "labeled",
            label: "coding agent",
            repo: { id: "42", fullName: "octo/hello", defaultBranch: "main" },
            actor: { id: "1", login: "alice" },
            issue: { number: 1, title: "Fix it", labels: ["coding agent"] },
          },
        ],
      },
    });
  });

  it("is read as a pull request with the head of its branch", async () => {
    const git = await makeBareRepository(folder.path, "octo/hello", "main");
    await commit(git, { branch: "main", message: "first", files: { "a.txt": "a\n" } });
    const headSha = await commit(git, { branch: "b", from: "main", message: "b", files: { "a.txt": "b\n" } });
    const pull = { head: { repository, branch: "b" }, base: "main", draft: false };
    const thread = await openPull(standIn.state, { repository, actor, title: "b", body: "", pull });
    const pullRequest = {
      number: 1,
      headSha,
      source: { branch: "b" },
      target: { branch: "main" },
      fork: false,
    };
    expect(read(await threadTold(scene(), "opened", thread)).reading).toMatchObject({
      events: [{ kind: "pull_request", action: "opened", pullRequest }],
    });
  });

  it("is read as a comment", () => {
    const thread = issue();
    const comment = addComment(standIn.state, { repository, actor, thread, body: "/forgehand test" });
    expect(read(commentTold(scene(), { thread, comment })).reading).toMatchObject({
      events: [
        {
          kind: "comment",
          comment: { id: String(comment.id), body: "/forgehand test" },
          issue: { number: 1 },
        },
      ],
    });
  });

  it("is read as a push", () => {
    const told = pushTold(scene(), { branch: "main", before: "0".repeat(40), after: SHA });
    expect(read(told).reading).toMatchObject({
      events: [{ kind: "push", action: "created", ref: "refs/heads/main", after: SHA }],
    });
  });
});
