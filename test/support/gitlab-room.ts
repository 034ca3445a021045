import type { GitLabStandIn } from "../../demo/gitlab/stand-in.ts";
import { startStandInGitLab } from "../../demo/gitlab/stand-in.ts";
import { commit, makeBareRepository } from "../../demo/repository.ts";
import { openIssue, openPull } from "../../demo/stand-in/doings.ts";
import type { Account, Repository, Thread } from "../../demo/stand-in/state.ts";
import { repositoryNamed } from "../../demo/stand-in/state.ts";
import { temporaryFolder } from "./temporary.ts";

/** May maintain the project; her token is `alices-token`. */
export const alice: Account = { id: 1, login: "alice" };
/** May only read what is public; her token is `mallorys-token`. */
export const mallory: Account = { id: 2, login: "mallory" };
/** A project of number 42, in a group of a group. */
export const PROJECT = "octo/deep/hello";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A stand-in for GitLab with one project, and its git repository. */
export interface GitLabRoom extends AsyncDisposable {
  readonly standIn: GitLabStandIn;
  readonly repository: Repository;
  /** Path of the project's bare repository. */
  readonly git: string;
  ask(method: string, path: string, body?: unknown, token?: string): Promise<Answered>;
  /** Somebody opens an issue. */
  issue(): Thread;
  /** Write `docs/a.txt` to the branches `main` and `change`; the answer is the head of the second. */
  branches(): Promise<string>;
  /** Somebody proposes `change`. */
  mergeRequest(): Promise<Thread>;
}

export async function openGitLabRoom(): Promise<GitLabRoom> {
  const folder = await temporaryFolder();
  const git = await makeBareRepository(folder.path, PROJECT, "main");
  const standIn = await startStandInGitLab({
    root: folder.path,
    repositories: [{ id: 42, fullName: PROJECT, defaultBranch: "main", roles: { alice: "maintain" } }],
    accounts: [alice, mallory],
    tokens: { "alices-token": alice, "mallorys-token": mallory },
  });
  const { state, url } = standIn;
  const repository = repositoryNamed(state, PROJECT);
  return {
    standIn,
    repository,
    git,
    ask: async (method, path, body, token = "alices-token") => {
      const answer = await fetch(`${url}/api/v4${path}`, {
        method,
        headers: { "private-token": token, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
      return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
    },
    issue: () => openIssue(state, { repository, actor: alice, title: "Fix it", body: "Please." }),
    branches: async () => {
      await commit(git, { branch: "main", message: "first", files: { "docs/a.txt": "a\n" } });
      return commit(git, { branch: "change", from: "main", message: "b", files: { "docs/a.txt": "b\n" } });
    },
    mergeRequest: () => {
      const pull = { head: { repository, branch: "change" }, base: "main", draft: false };
      return openPull(state, { repository, actor: alice, title: "A change", body: "", pull });
    },
    async [Symbol.asyncDispose]() {
      await standIn.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
