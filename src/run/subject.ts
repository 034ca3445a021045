import type { Issue } from "../core/event.ts";
import type { Run } from "../core/run.ts";

/** Longest slug of a title in a branch name. */
const SLUG_LENGTH = 40;

/** The issue that a run is from; undefined for a pull request, a push and a tag. */
export function issueOf({ event }: Pick<Run, "event">): Issue | undefined {
  return "issue" in event ? event.issue : undefined;
}

/** Text as a piece of a branch name: letters, digits and single hyphens of ASCII. */
export function slugOf(text: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "");
  const words = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-/, "");
  return words.slice(0, SLUG_LENGTH).replace(/-$/, "");
}
