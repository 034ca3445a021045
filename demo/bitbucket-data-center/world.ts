import { randomBytes } from "node:crypto";
import { symlink } from "node:fs/promises";
import { join } from "node:path";

import type { WebhookDelivery } from "../stand-in/delivery.ts";
import type { StandingHook } from "../stand-in/hooks.ts";
import type { Account, Thread } from "../stand-in/state.ts";
import { nextId, repositoryNamed } from "../stand-in/state.ts";
import type { Stage } from "../stand-in/world.ts";
import { raise } from "../stand-in/world.ts";
import type { World, WorldOptions } from "../world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../world.ts";
import { Refusal } from "./answer.ts";
import { ping, pushTold, sign, toldOf } from "./deliveries.ts";
import type { BitbucketStandIn } from "./stand-in.ts";
import { startStandInBitbucket } from "./stand-in.ts";
import type { BitbucketState } from "./state.ts";

/** The key of a project is written large, but small where git asks. */
const PROJECT = "GREET";
const REPOSITORY = { id: 8301, fullName: `${PROJECT}/hello-world` };
/** A fork in the personal project of its owner. */
const FORK = { id: 8303, fullName: "~octocat/hello-world" };
const MACHINE: Account = { id: 5801, login: "forgehand-token", bot: true };

/** A world whose forge is a Bitbucket Data Center with a context path. It has neither issues nor labels. */
export interface BitbucketDataCenterWorld extends World {
  readonly bitbucket: BitbucketStandIn;
  /** What "Test connection" sends. */
  ping(): WebhookDelivery;
}

/** Build a world with a Bitbucket. Forgehand proves itself there by the HTTP access token of a project. */
export async function openBitbucketDataCenter({ root }: WorldOptions): Promise<BitbucketDataCenterWorld> {
  const token = `BBDC-${randomBytes(30).toString("base64url")}`;
  const secret = randomBytes(32).toString("hex");
  const bitbucket = await startStandInBitbucket({
    root,
    repositories: [
      {
        ...REPOSITORY,
        defaultBranch: DEFAULT_BRANCH,
        roles: { [OWNER.login]: "admin", [MACHINE.login]: "admin", [STRANGER.login]: "read" },
      },
      {
        ...FORK,
        defaultBranch: DEFAULT_BRANCH,
        roles: { [STRANGER.login]: "admin", [MACHINE.login]: "none" },
      },
    ],
    accounts: [OWNER, STRANGER, MACHINE],
    tokens: { [token]: MACHINE },
  });
  const environment = { BITBUCKET_TOKEN: token, BITBUCKET_SECRET: secret };
  const world = await raise(root, {
    kind: "bitbucket-data-center",
    words: WORDS,
    issues: false,
    standIn: bitbucket,
    repository: REPOSITORY.fullName,
    fork: FORK.fullName,
    self: MACHINE,
    gitAccess: (name, password) => bitbucket.acceptsGit(name, password),
    forge: (gitUrl) => ({
      kind: "bitbucket-data-center",
      url: bitbucket.url,
      gitUrl,
      token: "${BITBUCKET_TOKEN}",
      webhookSecret: "${BITBUCKET_SECRET}",
    }),
    environment,
    told: (happening) => toldOf(bitbucket.state, happening),
    sign: (told, id, other = secret) => sign(told, other, id),
    states: {
      pending: "INPROGRESS",
      success: "SUCCESSFUL",
      failure: "FAILED",
      error: "FAILED",
      cancelled: "CANCELLED",
    },
    tells: { reviews: ["approved", "changes_requested"], checks: [] },
    bot: MACHINE,
    // A team is a group of the whole server.
    teamName: (name) => name,
    hold: (hook) => holdBack(bitbucket.state, hook),
    calls: CALLS,
    refusal: (status, message) => new Refusal(status, null, message).answer,
    secrets: () => Object.values(environment),
  });
  await symlink(PROJECT, join(root, PROJECT.toLowerCase()));
  return { ...world, bitbucket, ping };
}

/** Failures after which Bitbucket skips what a webhook is to send. A new webhook has none. */
const FAILURES = 5;

function holdBack(state: BitbucketState, hook: StandingHook): void {
  const repository = repositoryNamed(state, REPOSITORY.fullName);
  const about = { repository, actor: OWNER, branch: DEFAULT_BRANCH };
  const told = pushTold(state, { kind: "pushed", ...about, before: "a".repeat(40), after: "b".repeat(40) });
  for (let failures = 0; failures < FAILURES; failures += 1) {
    const request = sign(told, hook.secret);
    hook.attempts.push({ id: nextId(state), event: told.event, request, at: new Date(), status: 500 });
  }
  hook.held = "unhealthy";
}

const WORDS: Stage["words"] = {
  forge: "Bitbucket Data Center",
  pullRequest: "pull request",
  name: ({ number }) => `pull request #${number}`,
  closes: ({ number }) => `For issue ${number}.`,
};

const NEVER = /(?!)/;

const CALLS: Stage["calls"] = {
  thread: (thread) => ({ method: "GET", path: at(thread, "") }),
  whoLabelled: () => ({ path: NEVER }),
  permission: () => ({ method: "GET", path: /\/users$/ }),
  setStatus: () => ({ method: "POST", path: /\/commits\/[0-9a-f]{40}\/builds$/ }),
  comment: (thread) => ({ method: "POST", path: at(thread, "/comments") }),
  openPullRequest: () => ({ method: "POST", path: /\/pull-requests$/ }),
};

/** The path of a pull request, or of any. */
function at(thread: Thread | undefined, rest: string): RegExp {
  return new RegExp(`/pull-requests/${thread?.number ?? "\\d+"}${rest}$`);
}
