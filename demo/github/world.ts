import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";

import { parse } from "yaml";

import type { Account, Thread } from "../stand-in/state.ts";
import type { Stage } from "../stand-in/world.ts";
import { raise } from "../stand-in/world.ts";
import type { World, WorldOptions } from "../world.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../world.ts";
import { Refusal } from "./answer.ts";
import { sign, toldOf } from "./deliveries.ts";
import type { GitHubStandIn } from "./stand-in.ts";
import { startStandInGitHub } from "./stand-in.ts";
import type { App, Grants } from "./state.ts";

const REPOSITORY = { id: 186853002, fullName: "Codertocat/Hello-World" };
const FORK = { id: 186853999, fullName: "octocat/Hello-World" };
const APP = { id: 29310, slug: "forgehand", installation: 375706 };
const BOT: Account = { id: 49699333, login: `${APP.slug}[bot]`, bot: true };
const MACHINE: Account = { id: 49699334, login: "forgehand-machine" };

/** A world whose forge is GitHub. */
export interface GitHubWorld extends World {
  readonly github: GitHubStandIn;
  readonly webhookSecret: string;
}

/**
 * Build a world with a GitHub. Forgehand proves itself there as a GitHub App if nothing else is said. `grants`: what the
 * App was granted beside what our `app.yml` asks for.
 */
export async function openGitHub({
  root,
  as = "app",
  grants = {},
  hourlyLimit,
}: WorldOptions & { grants?: Grants }): Promise<GitHubWorld> {
  const webhookSecret = randomBytes(24).toString("hex");
  const { token, app, privateKey } = credentials(as, grants);
  const github = await startStandInGitHub({
    root,
    repositories: [
      {
        ...REPOSITORY,
        defaultBranch: DEFAULT_BRANCH,
        roles: { [OWNER.login]: "admin", [MACHINE.login]: "write", [STRANGER.login]: "read" },
      },
      { ...FORK, defaultBranch: DEFAULT_BRANCH, roles: { [STRANGER.login]: "admin" } },
    ],
    accounts: [OWNER, STRANGER, BOT, MACHINE],
    ...(token === undefined ? {} : { tokens: { [token]: MACHINE } }),
    ...(app === undefined ? {} : { app }),
    ...(hourlyLimit === undefined ? {} : { hourlyLimit }),
  });
  const environment = {
    GITHUB_SECRET: webhookSecret,
    ...(privateKey === undefined ? {} : { GITHUB_KEY: privateKey }),
    ...(token === undefined ? {} : { GITHUB_TOKEN: token }),
  };
  const world = await raise(root, {
    kind: "github",
    words: WORDS,
    standIn: github,
    repository: REPOSITORY.fullName,
    fork: FORK.fullName,
    self: as === "app" ? BOT : MACHINE,
    gitAccess: (_name, password, service) => github.acceptsGit(password, service),
    forge: (gitUrl) => ({
      kind: "github",
      apiUrl: github.url,
      gitUrl,
      webhookSecret: "${GITHUB_SECRET}",
      ...(as === "app" ? { appId: APP.id, privateKey: "${GITHUB_KEY}" } : { token: "${GITHUB_TOKEN}" }),
    }),
    environment,
    told: (happening) => toldOf(github.state, happening),
    sign: (told, id, other = webhookSecret) => sign(told, other, id),
    states: {
      pending: "pending",
      success: "success",
      failure: "failure",
      error: "error",
      cancelled: "error",
    },
    tells: {
      reviews: ["approved", "changes_requested", "commented"],
      checks: ["success", "failure", "error", "cancelled"],
    },
    bot: BOT,
    calls: CALLS,
    refusal: (status, message) =>
      new Refusal(status, status === 422 ? "Validation Failed" : message, errorsOf(status, message)).answer,
    secrets: () => [...Object.values(environment), ...github.state.tokens.keys()],
  });
  return { ...world, github, webhookSecret };
}

const WORDS: Stage["words"] = {
  forge: "GitHub",
  pullRequest: "pull request",
  name: ({ number, pull }) => `${pull === undefined ? "issue" : "pull request"} #${number}`,
  closes: ({ number }) => `Closes #${number}`,
};

const CALLS: Stage["calls"] = {
  thread: (thread) => ({
    method: "GET",
    path: at(thread?.pull === undefined ? "issues" : "pulls", thread, ""),
  }),
  whoLabelled: (thread) => ({ method: "GET", path: at("issues", thread, "/events") }),
  permission: () => ({ method: "GET", path: /\/collaborators\/[^/]+\/permission$/ }),
  setStatus: () => ({ method: "POST", path: /\/statuses\/[0-9a-f]{40}$/ }),
  comment: (thread) => ({ method: "POST", path: at("issues", thread, "/comments") }),
  openPullRequest: () => ({ method: "POST", path: /\/pulls$/ }),
};

/** The path of an issue or pull request, or of any. */
function at(row: string, thread: Thread | undefined, rest: string): RegExp {
  return new RegExp(`/${row}/${thread?.number ?? "\\d+"}${rest}$`);
}

/** GitHub says what is wrong with the input beside its general message. */
function errorsOf(status: number, message: string) {
  return status === 422 ? [{ resource: "Custom", code: "custom", message } as const] : undefined;
}

function credentials(as: "app" | "token", more: Grants): { token?: string; app?: App; privateKey?: string } {
  if (as === "token") return { token: `ghp_${randomBytes(18).toString("hex")}` };
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const { grants, events } = manifest();
  return { app: { ...APP, publicKey, grants: { ...grants, ...more }, events }, privateKey };
}

/** What the App may do and hears of: exactly what our `app.yml` asks for, so that a right it lacks is noticed here. */
function manifest(): Pick<App, "grants" | "events"> {
  const root = dirname(findPackageJSON(import.meta.url) ?? "package.json");
  const { default_permissions: grants, default_events: events } = parse(
    readFileSync(join(root, "app.yml"), "utf8"),
  ) as { default_permissions: Grants; default_events: string[] };
  return { grants, events };
}
