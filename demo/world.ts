import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";

import { parse } from "yaml";

import type { GitServer } from "./git-server.ts";
import { startGitServer } from "./git-server.ts";
import type { Account, App, Grants, Repository } from "./github/state.ts";
import { makeBareRepository } from "./repository.ts";
import type { StandIn } from "./stand-in-github.ts";
import { startStandInGitHub } from "./stand-in-github.ts";

/** Who lives in the world: the names and ids of GitHub's own examples. */
export const OWNER: Account = { id: 21031067, login: "Codertocat", type: "User" };
export const STRANGER: Account = { id: 583231, login: "octocat", type: "User" };
export const REPOSITORY = "Codertocat/Hello-World";
export const FORK = "octocat/Hello-World";
export const DEFAULT_BRANCH = "main";

const REPOSITORY_ID = 186853002;
const FORK_ID = 186853999;
const APP = { id: 29310, slug: "forgehand", installation: 375706 };
const BOT: Account = { id: 49699333, login: `${APP.slug}[bot]`, type: "Bot" };
const MACHINE: Account = { id: 49699334, login: "forgehand-machine", type: "User" };

/** Everything around one Forgehand: a GitHub to speak to and git repositories to work in. All of it on loopback. */
export interface World {
  readonly github: StandIn;
  readonly git: GitServer;
  readonly repository: Repository;
  /** Path of the repository's bare repository. */
  readonly bare: string;
  /** The account that Forgehand writes as. */
  readonly self: Account;
  /** Settings of the forge for the config; secrets stand in `environment`. */
  readonly forge: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly webhookSecret: string;
  close(): Promise<void>;
}

/** Build a world below a folder. `as`: how Forgehand proves itself there, as a GitHub App or by a token. */
export async function openWorld({ root, as }: { root: string; as: "app" | "token" }): Promise<World> {
  const bare = await makeBareRepository(root, REPOSITORY, DEFAULT_BRANCH);
  const webhookSecret = randomBytes(24).toString("hex");
  const { token, app, privateKey } = credentials(as);
  const github = await startStandInGitHub({
    root,
    repositories: [
      {
        id: REPOSITORY_ID,
        fullName: REPOSITORY,
        defaultBranch: DEFAULT_BRANCH,
        roles: { [OWNER.login]: "admin", [MACHINE.login]: "write", [STRANGER.login]: "read" },
      },
      { id: FORK_ID, fullName: FORK, defaultBranch: DEFAULT_BRANCH, roles: { [STRANGER.login]: "admin" } },
    ],
    accounts: [OWNER, STRANGER, BOT, MACHINE],
    ...(token === undefined ? {} : { tokens: { [token]: MACHINE } }),
    ...(app === undefined ? {} : { app }),
  });
  const git = await startGitServer({
    root,
    credentials: (_name, password, service) => github.acceptsGit(password, service),
  });
  return {
    github,
    git,
    bare,
    repository: github.repository(REPOSITORY),
    self: as === "app" ? BOT : MACHINE,
    forge: {
      kind: "github",
      apiUrl: github.url,
      gitUrl: git.url,
      webhookSecret: "${WEBHOOK_SECRET}",
      ...(as === "app" ? { appId: APP.id, privateKey: "${PRIVATE_KEY}" } : { token: "${GITHUB_TOKEN}" }),
    },
    environment: {
      WEBHOOK_SECRET: webhookSecret,
      ...(privateKey === undefined ? {} : { PRIVATE_KEY: privateKey }),
      ...(token === undefined ? {} : { GITHUB_TOKEN: token }),
    },
    webhookSecret,
    close: async () => {
      await github.close();
      await git.close();
    },
  };
}

function credentials(as: "app" | "token"): { token?: string; app?: App; privateKey?: string } {
  if (as === "token") return { token: `ghp_${randomBytes(18).toString("hex")}` };
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  return { app: { ...APP, publicKey, grants: grants() }, privateKey };
}

/** What the App is granted: exactly what our `app.yml` asks for, so that a right it lacks is noticed here. */
function grants(): Grants {
  const root = dirname(findPackageJSON(import.meta.url) ?? "package.json");
  const manifest = parse(readFileSync(join(root, "app.yml"), "utf8")) as { default_permissions: Grants };
  return manifest.default_permissions;
}
