import type { IssueEvent, Repo } from "../core/event.ts";
import { NOBODY } from "../core/event.ts";
import type { ListedIssue } from "../core/listings.ts";
import type { Compared, Found } from "./found.ts";
import { hasAny, isNew } from "./found.ts";
import type { Issues } from "./memory.ts";

/** Issues with a trigger label that are remembered; of more, those with the highest numbers. */
const MOST = 1_000;

/**
 * What is new among the open issues: those opened since, and those whose trigger labels may have changed. At the first
 * look what is there already is not new, but a trigger label on it counts: its request tells whether it was answered.
 */
export function compareIssues(
  before: Issues | undefined,
  look: { items: readonly ListedIssue[]; whole: boolean },
  { repo, labels, now }: { repo: Repo; labels: readonly string[]; now: number },
): Compared<Issues> {
  const found: Found[] = [];
  const labelled = new Map(look.whole ? [] : Object.entries(before?.labelled ?? {}));
  for (const item of look.items.toSorted((one, other) => one.issue.number - other.issue.number)) {
    const { issue, version, author, confidential } = item;
    const key = String(issue.number);
    const known = before?.labelled[key];
    const isLabelled = hasAny(issue.labels, labels);
    if (isLabelled) labelled.set(key, version);
    else labelled.delete(key);
    const about = { kind: "issue", repo, issue, ...(confidential === true && { confidential }) } as const;
    let event: IssueEvent | undefined;
    if (before !== undefined && isNew({ ...item, number: issue.number }, before)) {
      event = { ...about, action: "opened", actor: author };
    } else if (isLabelled ? known !== version : known !== undefined) {
      event = { ...about, action: "label_updated", actor: NOBODY };
    }
    if (event !== undefined) found.push({ events: [event], version });
  }
  const numbers = look.items.map(({ issue }) => issue.number);
  const top = numbers.reduce((one, other) => Math.max(one, other), before?.top ?? 0);
  const kept = [...labelled].sort(([one], [other]) => Number(other) - Number(one)).slice(0, MOST);
  return { found, memory: { top, since: before?.since ?? now, labelled: Object.fromEntries(kept) } };
}
