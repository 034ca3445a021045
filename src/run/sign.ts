import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import type { Commits } from "../core/automation.ts";
import { ForgehandError } from "../core/errors.ts";
import type { Guard } from "./guard.ts";
import { makeScrap } from "./scraps.ts";

/** The key that signs, and who looks after the programs that it takes. */
export type SignWith = NonNullable<Commits["sign"]> & { readonly guard: Guard };

/** How git is told to sign: settings of its own call, and variables that its helper needs. */
export interface Signing {
  readonly settings: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const HELPER_DEADLINE_MS = 30_000;

/**
 * Lay a private key out for one call of git and take it away afterwards, in a folder that no command sees. Throws
 * GIT_FAILED where the key cannot be used.
 */
export async function withSigning<T>(
  folder: string,
  { format, key, guard }: SignWith,
  work: (signing: Signing) => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const home = await mkdtemp(join(folder, "k"));
  try {
    if (format === "ssh") return await withSsh(home, key, work);
    return await withGpg(home, { key, variables: guard.mark().variables }, work);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

type Work<T> = (signing: Signing) => Promise<T>;

async function withSsh<T>(home: string, key: string, work: Work<T>): Promise<T> {
  const path = join(home, "key");
  await writeFile(path, `${key.trim()}\n`, { mode: 0o600 });
  return work({ settings: ["-c", "gpg.format=ssh", "-c", `user.signingKey=${path}`], environment: {} });
}

interface GpgKey {
  readonly key: string;
  /** What all programs have in their environment, also the agent. */
  readonly variables: Readonly<Record<string, string>>;
}

/** GnuPG starts an agent, which holds the key and listens in its home: the path of a socket has 107 characters at most. */
async function withGpg<T>(home: string, given: GpgKey, work: Work<T>): Promise<T> {
  const short = await makeScrap("key");
  const link = join(short, "gpg");
  try {
    await symlink(home, link);
    return await work(await gpgSigning(link, given));
  } finally {
    await endAgent(link);
    await rm(short, { recursive: true, force: true });
  }
}

async function gpgSigning(home: string, { key, variables }: GpgKey): Promise<Signing> {
  const imported = await gpg(home, variables, ["--import"], key);
  const listed = await gpg(home, variables, ["--list-secret-keys", "--with-colons"]);
  const [, fingerprint] = /^fpr:(?:[^:]*:){8}([0-9A-F]+):/m.exec(listed.stdout) ?? [];
  if (imported.exitCode !== 0 || fingerprint === undefined) {
    const message =
      "The key of commit.sign cannot be used: GnuPG does not read it as a private key without a passphrase, or is not installed.";
    throw new ForgehandError("GIT_FAILED", message);
  }
  return {
    settings: ["-c", "gpg.format=openpgp", "-c", `user.signingKey=${fingerprint}!`],
    environment: { GNUPGHOME: home },
  };
}

const gpg = (home: string, variables: GpgKey["variables"], words: readonly string[], input = "") =>
  execa("gpg", ["--homedir", home, "--batch", "--no-tty", "--pinentry-mode", "error", ...words], {
    input,
    reject: false,
    timeout: HELPER_DEADLINE_MS,
    extendEnv: false,
    env: { PATH: process.env.PATH, HOME: home, LC_ALL: "C", ...variables },
  });

async function endAgent(home: string): Promise<void> {
  await execa("gpgconf", ["--homedir", home, "--kill", "all"], {
    reject: false,
    timeout: HELPER_DEADLINE_MS,
  });
}
