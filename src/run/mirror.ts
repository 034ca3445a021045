import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { ForgehandError } from "../core/errors.ts";
import type { Repo } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Git } from "./git.ts";
import { unlocked } from "./mirror-locks.ts";

/** How often a mirror is made anew that was pruned while it was wanted. */
const PRUNED_TRIES = 3;
/** What is fetched beside all branches. */
export interface Wanted {
  /** The git of the run that wants it, so that what it starts is known to be that run's. */
  readonly git: Git;
  /** A ref of the repository that is no branch, such as the head of a pull request. */
  readonly ref?: string;
  /** A commit that must be there afterwards. */
  readonly sha?: string;
  readonly signal: AbortSignal;
}

/** A bare copy of a repository, kept between runs so that each run fetches only what is new. */
export interface Mirrors {
  /** Bring a mirror up to date and return its folder. Throws GIT_FAILED, and what the forge throws. */
  refresh(forge: Forge, repo: Repo, wanted: Wanted): Promise<string>;
}

/** Mirrors are at `<dataDir>/mirrors/<forge>/<repo id>.git`, and pruned by `careForMirrors`. One is refreshed by one run at a time. */
export function createMirrors(dataDir: string): Mirrors {
  const queues = new Map<string, Promise<unknown>>();
  return {
    refresh: (forge, repo, wanted) => {
      const path = join(dataDir, "mirrors", fileName(forge.name), `${fileName(repo.id)}.git`);
      const turn = (queues.get(path) ?? Promise.resolve())
        .catch(() => undefined)
        .then(() => {
          wanted.signal.throwIfAborted();
          return refresh(path, { forge, repo, wanted });
        });
      queues.set(path, turn);
      const leave = () => {
        if (queues.get(path) === turn) queues.delete(path);
      };
      turn.then(leave, leave);
      return orAborted(turn, wanted.signal);
    },
  };
}

/** A promise, given up as soon as a signal aborts: whoever waits for a turn can be stopped too. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", abort));
}

/** Names and ids as one folder each, whatever they hold. */
const fileName = (name: string): string => encodeURIComponent(name).replace(/^\./, "%2E");

/** The file in a mirror whose time tells when it was used last. */
const USED = "forgehand-used";

/** When a mirror was used last, in milliseconds: when it was made where it was not used yet, now where it is not there. */
export async function lastUse(path: string): Promise<number> {
  const { mtimeMs } = await stat(join(path, USED))
    .catch(() => stat(path))
    .catch(() => ({ mtimeMs: Date.now() }));
  return mtimeMs;
}

async function noteUse(path: string): Promise<void> {
  const now = new Date();
  await utimes(join(path, USED), now, now).catch(() => writeFile(join(path, USED), ""));
}

/** Bring a mirror up to date, also where it is pruned at this very moment: then a new one is made. */
async function refresh(path: string, wish: Parameters<typeof fetchInto>[1]): Promise<string> {
  const { git, signal } = wish.wanted;
  for (let tries = 1; ; tries++) {
    await make(git, path, signal);
    const before = await identity(path);
    try {
      await noteUse(path);
      return await fetchInto(path, wish);
    } catch (error) {
      if (tries === PRUNED_TRIES || (await identity(path)) === before) throw error;
    }
  }
}

/** Tells one folder from another that came to its place; undefined where there is none. */
const identity = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ ino }) => ino,
    () => undefined,
  );

async function fetchInto(
  path: string,
  { forge, repo, wanted }: { forge: Forge; repo: Repo; wanted: Wanted },
): Promise<string> {
  const { git, signal, ref, sha } = wanted;
  const url = forge.gitUrl(repo);
  const credentials = await forge.gitCredentials(repo, "clone", signal);
  const call = { to: `fetch ${repo.fullName}`, gitDir: path, signal, remote: { url, credentials } };
  const fetch = (refspecs: readonly string[]) =>
    unlocked(path, signal, () =>
      git(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--prune", url, ...refspecs], call),
    );
  await fetch(["+refs/heads/*:refs/heads/*"]);
  if (ref !== undefined) await fetch([`+${ref}:refs/forgehand/${fileName(ref)}`]).catch(missing);
  if (sha !== undefined && !(await hasCommit(git, path, sha, signal))) {
    await fetch([`+${sha}:refs/forgehand/${sha}`]).catch(missing);
  }
  // A first clone may have taken as long as it may: whoever wanted it has yet to copy from it.
  await noteUse(path);
  return path;
}

/** A ref or commit that the server does not have (any more) is told by its absence, in whatever words it says so. */
function missing(error: unknown): void {
  if (!(error instanceof ForgehandError) || error.code !== "GIT_FAILED" || error.retryable) throw error;
}

/** Whether a repository of ours has a commit. */
export async function hasCommit(git: Git, path: string, sha: string, signal: AbortSignal): Promise<boolean> {
  const call = { to: "look for a commit", gitDir: path, signal };
  return git(["cat-file", "-e", `${sha}^{commit}`], call).then(
    () => true,
    (error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof ForgehandError) return false;
      throw error;
    },
  );
}

/** The commit of a ref that was fetched beside the branches; of a tag the one that it names. Undefined: it is not there. */
export async function fetchedHead(
  git: Git,
  path: string,
  ref: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const name = `refs/forgehand/${fileName(ref)}^{commit}`;
  const call = { to: "look for a ref", gitDir: path, signal };
  return git(["rev-parse", "--verify", "--quiet", "--end-of-options", name], call).then(
    (told) => Buffer.from(told).toString().trim(),
    (error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof ForgehandError) return undefined;
      throw error;
    },
  );
}

/** Make an empty mirror if there is none, complete from the moment that it can be seen. */
async function make(git: Git, path: string, signal: AbortSignal): Promise<void> {
  if (await exists(path)) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  const to = "make a mirror";
  await git(["init", "--quiet", "--bare", "--template=", draft], { to, signal });
  // Runs ask the mirror for exact commits, which need not be the head of a branch any more.
  await git(["config", "uploadpack.allowAnySHA1InWant", "true"], { to, signal, gitDir: draft });
  try {
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(path))) throw error;
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
