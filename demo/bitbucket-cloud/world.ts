import { randomBytes } from "node:crypto";

import type { Account, Thread } from "../stand-in/state.ts";
import type { Stage } from "../stand-in/world.ts";
import { raise } from "../stand-in/world.ts";
import type { World, WorldOptions } from "../world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../world.ts";
import { Refusal } from "./answer.ts";
import { sign, toldOf } from "./deliveries.ts";
import type { BitbucketCloudStandIn } from "./stand-in.ts";
import { API, startStandInBitbucketCloud } from "./stand-in.ts";
import { rowOf, uuidOf } from "./state.ts";

const REPOSITORY = { id: 8101, fullName: "greeters/hello-world" };
const FORK = { id: 8102, fullName: "octocat/hello-world" };
const MACHINE: Account = { id: 5801, login: "forgehand", bot: true };
const EMAIL = "forgehand@greeters.example";

/** A world whose forge is Bitbucket Cloud. */
export interface BitbucketCloudWorld extends World {
  readonly bitbucketCloud: BitbucketCloudStandIn;
}

/** Build a world with a Bitbucket Cloud. Forgehand proves itself there by the API token of an account. */
export async function openBitbucketCloud({ root }: WorldOptions): Promise<BitbucketCloudWorld> {
  const token = `ATATT${randomBytes(24).toString("base64url")}`;
  const secret = randomBytes(32).toString("hex");
  const bitbucketCloud = await startStandInBitbucketCloud({
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
    tokens: { [token]: { email: EMAIL, account: MACHINE } },
  });
  const environment = { BITBUCKET_TOKEN: token, BITBUCKET_SECRET: secret };
  const world = await raise(root, {
    kind: "bitbucket-cloud",
    words: WORDS,
    untold: ["head"],
    ids: { account: uuidOf, repository: uuidOf, comment: (_thread, { id }) => String(id) },
    standIn: bitbucketCloud,
    repository: REPOSITORY.fullName,
    fork: FORK.fullName,
    self: MACHINE,
    gitAccess: (name, password) => bitbucketCloud.acceptsGit(name, password),
    forge: (gitUrl) => ({
      kind: "bitbucket-cloud",
      url: bitbucketCloud.url,
      apiUrl: `${bitbucketCloud.url}${API}`,
      gitUrl,
      email: EMAIL,
      token: "${BITBUCKET_TOKEN}",
      webhookSecret: "${BITBUCKET_SECRET}",
    }),
    environment,
    told: (happening) => toldOf(bitbucketCloud.state, happening),
    sign: (told, id, other = secret) => sign(told, other, id),
    tells: {
      assigned: ["issue"],
      reviews: ["approved", "changes_requested"],
      checks: ["success", "failure", "cancelled"],
    },
    bot: MACHINE,
    // A team is a workspace.
    teamName: (name) => name,
    states: {
      pending: "INPROGRESS",
      success: "SUCCESSFUL",
      failure: "FAILED",
      error: "FAILED",
      cancelled: "STOPPED",
    },
    calls: CALLS,
    refusal: (status, message) => new Refusal(status, message).answer,
    secrets: () => Object.values(environment),
  });
  return { ...world, bitbucketCloud };
}

const WORDS: Stage["words"] = {
  forge: "Bitbucket Cloud",
  pullRequest: "pull request",
  name: ({ number, pull }) => `${pull === undefined ? "issue" : "pull request"} #${number}`,
  closes: ({ number }) => `Closes #${number}`,
};

const CALLS: Stage["calls"] = {
  thread: (thread) => ({ method: "GET", path: at(thread, "") }),
  // Nobody asks that here.
  whoLabelled: () => ({ path: /^$/ }),
  permission: () => ({ method: "GET", path: /\/permissions\/repositories\/[^/]+$/ }),
  setStatus: () => ({ method: "POST", path: /\/commit\/[0-9a-f]{40}\/statuses\/build$/ }),
  comment: (thread) => ({ method: "POST", path: at(thread, "/comments") }),
  openPullRequest: () => ({ method: "POST", path: /\/pullrequests$/ }),
};

/** The path of an issue or pull request, or of any. */
function at(thread: Thread | undefined, rest: string): RegExp {
  const path = thread === undefined ? "(issues|pullrequests)/\\d+" : `${rowOf(thread)}/${thread.number}`;
  return new RegExp(`/${path}${rest}$`);
}
