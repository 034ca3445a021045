import { randomBytes } from "node:crypto";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

import { repoId } from "../../src/forges/azure-devops/place.ts";
import type { Account, Repository, Thread } from "../stand-in/state.ts";
import type { Stage } from "../stand-in/world.ts";
import { raise } from "../stand-in/world.ts";
import type { World, WorldOptions } from "../world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../world.ts";
import { Refusal } from "./answer.ts";
import { sign, toldOf } from "./deliveries.ts";
import { requestOf } from "./service-hooks.ts";
import type { AzureStandIn } from "./stand-in.ts";
import { startStandInAzure } from "./stand-in.ts";
import { guidOf, namesOf, projectId } from "./state.ts";

/** A repository that is not called like its project, whose name holds a blank. */
const REPOSITORY = { id: 5101, fullName: "Welcome Desk/hello-world" };
const FORK = { id: 5102, fullName: "Octocats/hello-world" };
const MACHINE: Account = { id: 6201, login: "forgehand@harbour.example", bot: true };

/** A world whose forge is Azure DevOps: one collection of a server. */
export interface AzureWorld extends World {
  readonly azure: AzureStandIn;
}

/** Build a world with an Azure DevOps. Forgehand proves itself there by the access token of an account. */
export async function openAzureDevOps({ root }: WorldOptions): Promise<AzureWorld> {
  const token = randomBytes(26).toString("hex");
  const password = randomBytes(32).toString("hex");
  const azure = await startStandInAzure({
    root,
    repositories: [
      {
        ...REPOSITORY,
        defaultBranch: DEFAULT_BRANCH,
        roles: { [OWNER.login]: "admin", [MACHINE.login]: "write", [STRANGER.login]: "read" },
      },
      { ...FORK, defaultBranch: DEFAULT_BRANCH, roles: { [STRANGER.login]: "admin" } },
    ],
    accounts: [OWNER, STRANGER, MACHINE],
    tokens: { [token]: MACHINE },
    hookKeepers: [OWNER, MACHINE],
  });
  const environment = { AZURE_DEVOPS_TOKEN: token, AZURE_DEVOPS_WEBHOOK_PASSWORD: password };
  const { state } = azure;
  const world = await raise(root, {
    kind: "azure-devops",
    words: WORDS,
    standIn: azure,
    repository: REPOSITORY.fullName,
    fork: FORK.fullName,
    self: MACHINE,
    gitAccess: (name, given) => azure.acceptsGit(name, given),
    forge: (gitUrl) => ({
      kind: "azure-devops",
      url: azure.url,
      gitUrl,
      token: "${AZURE_DEVOPS_TOKEN}",
      webhookSecret: "${AZURE_DEVOPS_WEBHOOK_PASSWORD}",
      workItems: [REPOSITORY.fullName],
    }),
    environment,
    told: (happening) => toldOf(state, happening),
    sign: (told, id, other = password) =>
      sign(told, { credentials: `forgehand:${other}`, repository: REPOSITORY.fullName.split("/")[1] }, id),
    sends: requestOf,
    tells: {
      assigned: ["issue"],
      reviews: ["approved", "changes_requested"],
      checks: ["success", "failure", "error", "cancelled"],
    },
    bot: MACHINE,
    teamName: (name) => name,
    hold: (hook) => {
      hook.held = "onProbation";
    },
    states: {
      pending: "pending",
      success: "succeeded",
      failure: "failed",
      error: "error",
      cancelled: "error",
    },
    calls: CALLS,
    refusal: (status, message) => new Refusal(status, message).answer,
    secrets: () => [...Object.values(environment), Buffer.from(`:${token}`).toString("base64")],
    ids: {
      account: ({ id }) => guidOf(id),
      repository: (one) => repoId(projectId(state, namesOf(one).project), namesOf(one).name),
      comment: ({ number, pull }, { id }) => (pull === undefined ? `${number}/${id}` : `${number}/${id}/1`),
    },
    untold: ["head", "default branch", "ids on issues"],
  });
  await showUnderGit(root, world.repository);
  return { ...world, azure };
}

/** Let git find a repository where Azure DevOps has it: below `_git` of its project. */
async function showUnderGit(root: string, repository: Repository): Promise<void> {
  const { project, name } = namesOf(repository);
  const path = join(root, project, "_git", name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(join("..", `${name}.git`), path);
}

const WORDS: Stage["words"] = {
  forge: "Azure DevOps",
  pullRequest: "pull request",
  name: ({ number, pull }) => (pull === undefined ? `work item ${number}` : `pull request ${number}`),
  closes: ({ number }) => `Fixes #${number}`,
};

const CALLS: Stage["calls"] = {
  thread: (thread) => ({ method: "GET", path: at(thread, "") }),
  whoLabelled: (thread) => ({ method: "GET", path: at(thread, "/updates") }),
  permission: () => ({ method: "GET", path: /\/accesscontrollists\/[-0-9a-f]+$/ }),
  setStatus: () => ({ method: "POST", path: /\/commits\/[0-9a-f]{40}\/statuses$/ }),
  comment: (thread) => ({ method: "POST", path: at(thread, "/(?:comments|threads)") }),
  openPullRequest: () => ({ method: "POST", path: /\/pullrequests$/ }),
};

/** The path of a work item or pull request, or of any. */
function at(thread: Thread | undefined, rest: string): RegExp {
  const row = thread === undefined ? "(workItems|pullRequests)" : thread.pull ? "pullRequests" : "workItems";
  return new RegExp(`/${row}/${thread?.number ?? "\\d+"}${rest}$`, "i");
}
