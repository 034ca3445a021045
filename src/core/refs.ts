import type { Repo } from "./event.ts";
import type { Forge } from "./forge.ts";

/** What git tells of the refs of a repository, on every forge alike. Throws what the forge throws, and GIT_FAILED. */
export interface Refs {
  /** The ids that a ref has now: its commit; of an annotated tag the tag's own too. Empty where it is not there. */
  heads(forge: Forge, at: { repo: Repo; ref: string }, signal: AbortSignal): Promise<readonly string[]>;
  /** Whether a commit goes on from an older one. False where they cannot be compared, since one is gone. */
  goesOn(
    forge: Forge,
    commits: { repo: Repo; ref: string; older: string; newer: string },
    signal: AbortSignal,
  ): Promise<boolean>;
}
