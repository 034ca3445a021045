import { randomBytes } from "node:crypto";

import type { Account, Thread } from "../stand-in/state.ts";
import type { Stage } from "../stand-in/world.ts";
import { raise } from "../stand-in/world.ts";
import type { World, WorldOptions } from "../world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../world.ts";
import { Refusal } from "./answer.ts";
import { sign, toldOf } from "./deliveries.ts";
import type { GiteaStandIn } from "./stand-in.ts";
import { startStandInGitea } from "./stand-in.ts";

const REPOSITORY = { id: 42, fullName: `${OWNER.login}/hello-world` };
const FORK = { id: 43, fullName: `${STRANGER.login}/hello-world` };
const ORGANIZATION = "octo-org";
const MACHINE: Account = { id: 7, login: "forgehand" };

/** A world whose forge is Gitea, or Forgejo where its `state.product` says so. */
export interface GiteaWorld extends World {
  readonly gitea: GiteaStandIn;
}

/**
 * Build a world with a Gitea. Forgehand's account is an administrator of the repository, or it could ask for no rights; it
 * administers an organization and the server too, or it could look after no webhooks there.
 */
export async function openGitea({ root }: WorldOptions): Promise<GiteaWorld> {
  const token = randomBytes(20).toString("hex");
  const secret = randomBytes(24).toString("hex");
  const gitea = await startStandInGitea({
    root,
    repositories: [
      {
        ...REPOSITORY,
        defaultBranch: DEFAULT_BRANCH,
        roles: { [OWNER.login]: "admin", [MACHINE.login]: "admin", [STRANGER.login]: "read" },
      },
      { ...FORK, defaultBranch: DEFAULT_BRANCH, roles: { [STRANGER.login]: "admin" } },
    ],
    accounts: [OWNER, STRANGER, MACHINE],
    tokens: { [token]: MACHINE },
    organizations: { [ORGANIZATION]: [OWNER.login, MACHINE.login] },
    administrators: [MACHINE.login],
  });
  const environment = { GITEA_TOKEN: token, GITEA_SECRET: secret };
  const world = await raise(root, {
    untold: ["label", "unassigned"],
    kind: "gitea",
    words: WORDS,
    standIn: gitea,
    repository: REPOSITORY.fullName,
    fork: FORK.fullName,
    owner: ORGANIZATION,
    self: MACHINE,
    gitAccess: (_name, password) => gitea.acceptsGit(password),
    forge: (gitUrl) => ({
      kind: "gitea",
      url: gitea.url,
      gitUrl,
      token: "${GITEA_TOKEN}",
      webhookSecret: "${GITEA_SECRET}",
    }),
    environment,
    told: (happening) => toldOf(gitea.state, happening),
    sign: (told, id, other = secret) => sign(told, { product: gitea.state.product, secret: other }, id),
    states: {
      pending: "pending",
      success: "success",
      failure: "failure",
      error: "error",
      cancelled: "error",
    },
    // There is no state for what was cancelled.
    tells: {
      reviews: ["approved", "changes_requested", "commented"],
      checks: ["success", "failure", "error"],
    },
    calls: CALLS,
    refusal: (status, message) => new Refusal(status, message).answer,
    secrets: () => Object.values(environment),
  });
  return { ...world, gitea };
}

const WORDS: Stage["words"] = {
  forge: "Gitea",
  pullRequest: "pull request",
  name: ({ number, pull }) => `${pull === undefined ? "issue" : "pull request"} #${number}`,
  closes: ({ number }) => `Closes #${number}`,
};

const CALLS: Stage["calls"] = {
  thread: (thread) => ({
    method: "GET",
    path: at(thread?.pull === undefined ? "issues" : "pulls", thread, ""),
  }),
  whoLabelled: (thread) => ({ method: "GET", path: at("issues", thread, "/timeline") }),
  permission: () => ({ method: "GET", path: /\/collaborators\/[^/]+\/permission$/ }),
  setStatus: () => ({ method: "POST", path: /\/statuses\/[0-9a-f]{40}$/ }),
  comment: (thread) => ({ method: "POST", path: at("issues", thread, "/comments") }),
  openPullRequest: () => ({ method: "POST", path: /\/pulls$/ }),
};

/** The path of an issue or pull request, or of any. */
function at(row: string, thread: Thread | undefined, rest: string): RegExp {
  return new RegExp(`/${row}/${thread?.number ?? "\\d+"}${rest}$`);
}
