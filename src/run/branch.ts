import type { Run } from "../core/run.ts";
import { issueOf, slugOf } from "./subject.ts";
import { namesOf, render } from "./template.ts";

/** Longest name of a branch: forges stop at 244 (Data Center) and more. */
const LONGEST_BRANCH = 200;

/** What the branches of an automation for an issue begin with: a slug of the title may follow. */
export function branchStem(run: Pick<Run, "automation" | "thread">): string {
  return `forgehand/${slugOf(run.automation)}/${run.thread?.number ?? 0}`;
}

/**
 * The branch for the changes of a run: what the owner's template makes, else
 * `forgehand/<automation>/<number>-<slug of the title>`.
 */
export function branchOf(run: Run, template?: string): string {
  if (template !== undefined) return refName(render(template, namesOf(run)));
  const slug = slugOf(issueOf(run)?.title ?? "");
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
