import { randomBytes } from "node:crypto";

import type { Account, Thread } from "../stand-in/state.ts";
import type { Stage } from "../stand-in/world.ts";
import { raise } from "../stand-in/world.ts";
import type { World, WorldOptions } from "../world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../world.ts";
import { Refusal } from "./answer.ts";
import { sign, toldOf } from "./deliveries.ts";
import type { GitLabStandIn } from "./stand-in.ts";
import { startStandInGitLab } from "./stand-in.ts";
import { rowOf } from "./state.ts";

/** A project in a group of a group, as many are. */
const REPOSITORY = { id: 7301, fullName: "greeters/welcome/hello-world" };
const FORK = { id: 7302, fullName: "octocat/hello-world" };
const MACHINE: Account = { id: 4801, login: "project_7301_bot_forgehand", bot: true };

/** A world whose forge is GitLab: a self-managed one, installed under a path of its host. */
export interface GitLabWorld extends World {
  readonly gitlab: GitLabStandIn;
}

/** Build a world with a GitLab. Forgehand proves itself there by the access token of a project. */
export async function openGitLab({ root }: WorldOptions): Promise<GitLabWorld> {
  const token = `glpat-${randomBytes(15).toString("base64url")}`;
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const gitlab = await startStandInGitLab({
    root,
    repositories: [
      {
        ...REPOSITORY,
        defaultBranch: DEFAULT_BRANCH,
        roles: { [OWNER.login]: "admin", [MACHINE.login]: "maintain", [STRANGER.login]: "read" },
      },
      { ...FORK, defaultBranch: DEFAULT_BRANCH, roles: { [STRANGER.login]: "admin" } },
    ],
    accounts: [OWNER, STRANGER, MACHINE],
    tokens: { [token]: MACHINE },
  });
  const environment = { GITLAB_ACCESS_TOKEN: token, GITLAB_SIGNING_TOKEN: secret };
  const world = await raise(root, {
    kind: "gitlab",
    words: WORDS,
    standIn: gitlab,
    repository: REPOSITORY.fullName,
    fork: FORK.fullName,
    self: MACHINE,
    gitAccess: (name, password) => gitlab.acceptsGit(name, password),
    forge: (gitUrl) => ({
      kind: "gitlab",
      url: gitlab.url,
      gitUrl,
      token: "${GITLAB_ACCESS_TOKEN}",
      webhookSecret: "${GITLAB_SIGNING_TOKEN}",
    }),
    environment,
    told: (happening) => toldOf(gitlab.state, happening),
    sign: (told, id, other = secret) => sign(told, { secret: other, instance: gitlab.url }, id),
    hold: (hook) => {
      hook.held = "temporarily_disabled";
    },
    states: {
      pending: "pending",
      success: "success",
      failure: "failed",
      error: "failed",
      cancelled: "canceled",
    },
    tells: {
      reviews: ["approved", "changes_requested", "commented"],
      checks: ["success", "failure", "error", "cancelled"],
    },
    bot: MACHINE,
    internalComments: true,
    // A commit has one pipeline, whatever its jobs are called.
    checkName: () => "pipeline",
    calls: CALLS,
    refusal: (status, message) => new Refusal(status, { message }).answer,
    secrets: () => Object.values(environment),
  });
  return { ...world, gitlab };
}

const WORDS: Stage["words"] = {
  forge: "GitLab",
  pullRequest: "merge request",
  name: ({ number, pull }) => (pull === undefined ? `issue #${number}` : `merge request !${number}`),
  closes: ({ number }) => `Closes #${number}`,
};

const CALLS: Stage["calls"] = {
  thread: (thread) => ({ method: "GET", path: at(thread, "") }),
  whoLabelled: (thread) => ({ method: "GET", path: at(thread, "/resource_label_events") }),
  permission: () => ({ method: "GET", path: /\/members\/all\/\d+$/ }),
  setStatus: () => ({ method: "POST", path: /\/statuses\/[0-9a-f]{40}$/ }),
  comment: (thread) => ({ method: "POST", path: at(thread, "/notes") }),
  openPullRequest: () => ({ method: "POST", path: /\/merge_requests$/ }),
};

/** The path of an issue or merge request, or of any. */
function at(thread: Thread | undefined, rest: string): RegExp {
  const path = thread === undefined ? "(issues|merge_requests)/\\d+" : `${rowOf(thread)}/${thread.number}`;
  return new RegExp(`/${path}${rest}$`);
}
