import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

import type { Config } from "../config/schema.ts";
import { messageOf } from "../core/errors.ts";
import type { Forge } from "../core/forge.ts";
import { withForge } from "./forge.ts";

/** Something that was looked at, and how it was found. */
export interface Finding {
  /** `git`, `data folder`, `sandbox`, `database`, `queue`, `forges`, `forge NAME`, or `webhook FORGE PLACE`. */
  readonly what: string;
  readonly ok: boolean;
  readonly message: string;
  /** Full names of the repositories where we are installed, where a forge tells. */
  readonly installed?: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The oldest git that is known to work: the oldest of a Debian release that is still kept up. */
const OLDEST_GIT = [2, 39] as const;

/** Milliseconds that a forge has to answer. */
const DEADLINE_MS = 10_000;

const exec = promisify(execFile);

/** Whether there is a git that is new enough and speaks http. */
export async function probeGit(environment: Environment): Promise<Finding> {
  const what = "git";
  const asked = { env: environment, timeout: DEADLINE_MS };
  try {
    const { stdout } = await exec("git", ["--version"], asked);
    const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
    const found = stdout.trim();
    if (Number(major) < OLDEST_GIT[0] || (Number(major) === OLDEST_GIT[0] && Number(minor) < OLDEST_GIT[1])) {
      return { what, ok: false, message: `${found} is too old: install ${OLDEST_GIT.join(".")} or newer.` };
    }
    const { stdout: folder } = await exec("git", ["--exec-path"], asked);
    await access(`${folder.trim()}/git-remote-http`, constants.X_OK);
    return { what, ok: true, message: `${found}, with http` };
  } catch (error) {
    const missing = messageOf(error).includes("git-remote-http");
    return {
      what,
      ok: false,
      message: missing
        ? "It cannot speak http, so nothing can be cloned. Install git with curl support."
        : "It cannot be executed, so nothing can be cloned. Install git, and see that it is in PATH.",
    };
  }
}

/** Whether the data folder, or the nearest folder above it that exists, can be written. Makes nothing. */
export async function probeDataDir(dataDir: string): Promise<Finding> {
  const what = "data folder";
  for (let folder = dataDir; ; folder = dirname(folder)) {
    try {
      await access(folder, constants.W_OK | constants.X_OK);
      const message = folder === dataDir ? `${dataDir} can be written` : `${dataDir} will be made by serve`;
      return { what, ok: true, message };
    } catch (error) {
      const { code = "unknown error" } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" && folder !== dirname(folder)) continue;
      return {
        what,
        ok: false,
        message: `${folder} cannot be written (${code}). Give this account the right, or choose another --data.`,
      };
    }
  }
}

/** Ask every forge of a config who we are there, and what we may not do. */
export function probeForges(config: Config): Promise<Finding[]> {
  return Promise.all(
    Object.keys(config.forges).map(async (name): Promise<Finding> => {
      const what = `forge ${name}`;
      try {
        return await withForge(config, name, probeForge(what), { deadline: DEADLINE_MS });
      } catch (error) {
        return { what, ok: false, message: messageOf(error) };
      }
    }),
  );
}

const probeForge =
  (what: string) =>
  async (forge: Forge): Promise<Finding> => {
    const { login } = await forge.self(AbortSignal.timeout(DEADLINE_MS));
    const known = `it answers, and knows us as ${login}`;
    const missing = await forge.missingRights(AbortSignal.timeout(DEADLINE_MS));
    const repos = await forge.installedRepositories?.(AbortSignal.timeout(DEADLINE_MS));
    const installed = repos && { installed: repos.map(({ fullName }) => fullName) };
    if (missing.length === 0) return { what, ok: true, message: known, ...installed };
    const message = `${known}, but we lack ${missing.join("; ")}. Grant that there.`;
    return { what, ok: false, message, ...installed };
  };
