import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { sign, toldOf } from "../../../demo/github/deliveries.ts";
import type { GitHubStandIn } from "../../../demo/github/stand-in.ts";
import { startStandInGitHub } from "../../../demo/github/stand-in.ts";
import { commit, makeBareRepository } from "../../../demo/repository.ts";
import { addComment, changeLabels, openIssue, openPull } from "../../../demo/stand-in/doings.ts";
import type { Account, Repository } from "../../../demo/stand-in/state.ts";
import { repositoryNamed } from "../../../demo/stand-in/state.ts";
import { github } from "../../../src/forges/github/index.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const actor: Account = { id: 1, login: "alice" };
const SHA = "a".repeat(40);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let standIn: GitHubStandIn;
let repository: Repository;

beforeEach(async () => {
  folder = await temporaryFolder();
  standIn = await startStandInGitHub({
    root: folder.path,
    repositories: [{ id: 42, fullName: "octo/hello", defaultBranch: "main" }],
    accounts: [actor],
  });
  repository = repositoryNamed(standIn.state, "octo/hello");
});

afterEach(async () => {
  await standIn.close();
  await folder[Symbol.asyncDispose]();
});

const about = () => ({ repository, actor });
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
    const change = changeLabels(standIn.state, { actor, thread, add: ["coding agent"] });
    const told = await toldOf(standIn.state, { kind: "labels", ...about(), thread, ...change });
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
    const told = await toldOf(standIn.state, { kind: "opened", ...about(), thread });
    expect(read(told).reading).toMatchObject({
      events: [{ kind: "pull_request", action: "opened", pullRequest }],
    });
  });

  it("is read as a comment", async () => {
    const thread = issue();
    const comment = addComment(standIn.state, { actor, thread, body: "/forgehand test" });
    const told = await toldOf(standIn.state, { kind: "commented", ...about(), thread, comment });
    expect(read(told).reading).toMatchObject({
      events: [
        {
          kind: "comment",
          comment: { id: String(comment.id), body: "/forgehand test" },
          issue: { number: 1 },
        },
      ],
    });
  });

  it("is read as a push", async () => {
    const pushed = { kind: "pushed", branch: "main", before: "0".repeat(40), after: SHA } as const;
    const told = await toldOf(standIn.state, { ...about(), ...pushed });
    expect(read(told).reading).toMatchObject({
      events: [{ kind: "push", action: "created", ref: "refs/heads/main", after: SHA }],
    });
  });
});
