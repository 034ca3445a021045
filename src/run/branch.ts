import type { Issue } from "../core/event.ts";
import type { Run } from "../core/run.ts";

/** Longest slug of a title in a branch name. */
const SLUG_LENGTH = 40;

/** The issue that a run is from; undefined for a pull request, a push and a tag. */
export function issueOf({ event }: Pick<Run, "event">): Issue | undefined {
  return event.kind === "issue" || event.kind === "comment" ? event.issue : undefined;
}

/** What the branches of an automation for an issue begin with: a slug of the title may follow. */
export function branchStem(run: Pick<Run, "automation" | "thread">): string {
  return `forgehand/${slugOf(run.automation)}/${run.thread?.number ?? 0}`;
}

/** The branch for the changes of a run: `forgehand/<automation>/<number>-<slug of the title>`. */
export function branchOf(run: Pick<Run, "automation" | "thread" | "event">): string {
  const slug = slugOf(issueOf(run)?.title ?? "");
  return slug === "" ? branchStem(run) : `${branchStem(run)}-${slug}`;
}

/** Text as a piece of a branch name: letters, digits and single hyphens of ASCII. */
function slugOf(text: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "");
  const words = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-/, "");
  return words.slice(0, SLUG_LENGTH).replace(/-$/, "");
}
