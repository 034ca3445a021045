import type { Reading } from "../../core/delivery.ts";
import type { Actor, CheckState, Repo } from "../../core/event.ts";
import { told } from "./reading.ts";

/** A check that ended, as a forge tells of it. What is empty or absent it did not say. */
export interface Ended {
  readonly repo: Repo;
  readonly actor: Actor;
  readonly name: string;
  readonly state: CheckState;
  readonly sha: string;
  readonly description?: string | null | undefined;
  readonly url?: string | null | undefined;
  readonly branch?: string | null | undefined;
}

/** The reading of a delivery that tells of it. */
export function ended({ repo, actor, branch, description, url, name, state, sha }: Ended): Reading {
  return told({
    kind: "check",
    action: "completed",
    repo,
    actor,
    check: {
      name,
      state,
      sha,
      ...(description ? { description } : {}),
      ...(url ? { url } : {}),
    },
    ...(branch ? { branch } : {}),
  });
}
