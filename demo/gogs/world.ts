import { randomBytes } from "node:crypto";

import type { Account, Thread } from "../stand-in/state.ts";
import type { Stage } from "../stand-in/world.ts";
import { raise } from "../stand-in/world.ts";
import type { World, WorldOptions } from "../world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../world.ts";
import { Refusal } from "./answer.ts";
import { sign, toldOf } from "./deliveries.ts";
import { ORGANIZATION } from "./routes/repositories.ts";
import type { GogsStandIn } from "./stand-in.ts";
import { startStandInGogs } from "./stand-in.ts";

const REPOSITORY = { id: 318, fullName: `${OWNER.login}/hello-world` };
const FORK = { id: 344, fullName: `${STRANGER.login}/hello-world` };
const MACHINE: Account = { id: 77, login: "forgehand" };

/** A world whose forge is Gogs. */
export interface GogsWorld extends World {
  readonly gogs: GogsStandIn;
}

/** Build a world with a Gogs. Forgehand proves itself there by the token of an account that is a collaborator. */
export async function openGogs({ root }: WorldOptions): Promise<GogsWorld> {
  const token = randomBytes(20).toString("hex");
  const secret = randomBytes(24).toString("hex");
  const gogs = await startStandInGogs({
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
  });
  const environment = { GOGS_ACCESS_TOKEN: token, GOGS_HOOK_SECRET: secret };
  const world = await raise(root, {
    kind: "gogs",
    words: WORDS,
    standIn: gogs,
    repository: REPOSITORY.fullName,
    fork: FORK.fullName,
    self: MACHINE,
    gitAccess: (name) => gogs.acceptsGit(name),
    forge: (gitUrl) => ({
      kind: "gogs",
      url: gogs.url,
      gitUrl,
      token: "${GOGS_ACCESS_TOKEN}",
      webhookSecret: "${GOGS_HOOK_SECRET}",
    }),
    environment,
    told: (happening) => toldOf(gogs.state, happening),
    sign: (told, id, other = secret) => sign(told, other, id),
    untold: ["label", "head", "unassigned"],
    teamName: (name) => `${ORGANIZATION}/${name}`,
    // It shows none.
    states: {
      pending: "pending",
      success: "success",
      failure: "failure",
      error: "error",
      cancelled: "cancelled",
    },
    calls: CALLS,
    refusal: (status, message) => new Refusal(status, message).answer,
    secrets: () => Object.values(environment),
  });
  return { ...world, gogs };
}

const WORDS: Stage["words"] = {
  forge: "Gogs",
  pullRequest: "pull request",
  name: ({ number, pull }) => `${pull === undefined ? "issue" : "pull request"} #${number}`,
  closes: ({ number }) => `Closes #${number}`,
};

/** What Gogs has no call for, no request is about. */
const NOTHING = { path: /$^/ };

const CALLS: Stage["calls"] = {
  thread: (thread) => ({ method: "GET", path: at(thread, "") }),
  whoLabelled: (thread) => ({ method: "GET", path: at(thread, "") }),
  permission: () => ({ method: "GET", path: /\/collaborators$/ }),
  setStatus: () => NOTHING,
  comment: (thread) => ({ method: "POST", path: at(thread, "/comments") }),
  openPullRequest: () => NOTHING,
};

/** The path of an issue or pull request, or of any. */
function at(thread: Thread | undefined, rest: string): RegExp {
  return new RegExp(`/issues/${thread?.number ?? "\\d+"}${rest}$`);
}
