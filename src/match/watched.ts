import type { Automation } from "../core/automation.ts";
import { serves } from "../core/automation.ts";
import type { Ability } from "../core/forge.ts";
import type { Wanted } from "../core/watch.ts";
import { passes } from "./globs.ts";

/** What the automations want to know of a repository, as far as lists can tell: what is new, new heads, labels. Nothing else is in a list. */
export function watchedOf(
  automations: readonly Automation[],
  { forge, fullName, lacks }: { forge: string; fullName: string; lacks: readonly Ability[] },
): Wanted {
  const triggers = automations
    .filter((automation) => serves(automation, forge))
    .filter(({ repositories }) => passes(fullName, repositories))
    .map(({ on }) => on);
  const labels = lacks.includes("labels") ? [] : triggers.flatMap(({ label }) => label ?? []);
  const issues = !lacks.includes("issues") && !lacks.includes("lists of issues");
  const pulls = !lacks.includes("pull requests") && !lacks.includes("lists of pull requests");
  const asked = {
    label: labels.length > 0,
    title: triggers.some(({ titlePrefix }) => titlePrefix !== undefined),
    mention: triggers.some(({ mention }) => mention === true),
    branch: triggers.some(({ branchPrefix }) => branchPrefix !== undefined),
    issue: triggers.some(({ issue = [] }) => issue.includes("opened")),
    pullRequest: triggers.some(({ pullRequest = [] }) => pullRequest.some((action) => FOUND.has(action))),
    head: triggers.some(({ pullRequest = [] }) => pullRequest.includes("updated")),
  };
  return {
    issues: issues && (asked.label || asked.title || asked.mention || asked.issue),
    pullRequests: pulls && (asked.label || asked.title || asked.mention || asked.branch || asked.pullRequest),
    heads: pulls && asked.head,
    branches: triggers.some(({ push }) => push === true),
    labels: [...new Set(labels.map((label) => label.toLowerCase()))].sort(),
  };
}

/** What a list of open pull requests can tell of, beside labels. */
const FOUND: ReadonlySet<string> = new Set(["opened", "reopened", "updated", "ready"]);
