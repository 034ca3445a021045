import { ForgehandError } from "../core/errors.ts";
import type { Refs } from "../core/refs.ts";
import { createGit } from "./git.ts";
import type { Guard } from "./guard.ts";
import { createMirrors } from "./mirror.ts";

const SHA = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** Asks the forge's own git, and compares commits in the mirrors of `dataDir`. */
export function createRefs(dataDir: string, guard?: Guard): Refs {
  const git = createGit(dataDir, guard);
  const mirrors = createMirrors(dataDir);
  return {
    async heads(forge, { repo, ref }, signal) {
      const url = forge.gitUrl(repo);
      const credentials = await forge.gitCredentials(repo, "clone", signal);
      const call = { to: `look for ${ref}`, signal, remote: { url, credentials } };
      const list = await git(["ls-remote", url, ref, `${ref}^{}`], call);
      // A pattern of ls-remote matches the ends of other names too.
      return list
        .split("\n")
        .map((line) => line.split("\t"))
        .filter(([, name]) => name === ref || name === `${ref}^{}`)
        .flatMap(([sha]) => sha ?? []);
    },
    async goesOn(forge, { repo, ref, older, newer }, signal) {
      if (!SHA.test(older) || !SHA.test(newer)) return false;
      try {
        const gitDir = await mirrors.refresh(forge, repo, { git, ref, sha: newer, signal });
        const base = await git(["merge-base", older, newer], { to: "compare commits", gitDir, signal });
        return base.trim() === older;
      } catch (error) {
        signal.throwIfAborted();
        const isForGood = error instanceof ForgehandError && error.code === "GIT_FAILED" && !error.retryable;
        if (isForGood) return false;
        throw error;
      }
    },
  };
}
