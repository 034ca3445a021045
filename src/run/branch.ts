import type { Run } from "../core/run.ts";
import { issueOf, slugOf } from "./subject.ts";
import { namesOf, render } from "./template.ts";

/** Longest name of a branch: forges stop at 244 (Data Center) and more. */
const LONGEST_BRANCH = 200;

/** What a branch is named after. */
type Named = Pick<Run, "id" | "automation" | "thread" | "event">;

/**
 * What the branches of an automation for one issue begin with: a slug of the title may follow. Those of a schedule are
 * for one another what those of one issue are, so that the next run goes on with the pull request that is still open; what
 * is started by hand has a branch of its own. No number of an issue begins as these do.
 */
export function branchStem(run: Named): string {
  return `forgehand/${slugOf(run.automation)}/${subjectOf(run)}`;
}

function subjectOf({ id, thread, event }: Named): string {
  if (thread !== undefined) return String(thread.number);
  return event.kind === "schedule" ? "schedule" : `run-${id}`;
}

/**
 * The branch for the changes of a run: what the owner's template makes, else `forgehand/<automation>/<number>-<slug of the
 * title>` for an issue, `…/schedule-<date>` for a schedule, `…/run-<number of the run>` for what was started by hand.
 */
export function branchOf(run: Run, template?: string): string {
  if (template !== undefined) return refName(render(template, namesOf(run)));
  const slug = run.event.kind === "schedule" ? run.event.at.slice(0, 10) : slugOf(issueOf(run)?.title ?? "");
  return slug === "" ? branchStem(run) : `${branchStem(run)}-${slug}`;
}

/** Text as the name of a branch: what git does not take, or what would lead elsewhere, is left out. */
function refName(text: string): string {
  const parts = text
    .trim()
    .split("/")
    .map((part) =>
      part
        .replace(/[^A-Za-z0-9._+-]+/g, "-")
        .replace(/\.{2,}/g, ".")
        .replace(/^[.-]+|(\.lock|[.-])+$/g, ""),
    );
  return parts
    .filter((part) => part !== "")
    .join("/")
    .slice(0, LONGEST_BRANCH)
    .replace(/[/.-]+$/, "");
}
