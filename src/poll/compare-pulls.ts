import type { PullRequestEvent, Repo } from "../core/event.ts";
import { NOBODY } from "../core/event.ts";
import type { ListedPullRequest } from "../core/listings.ts";
import type { Compared, Found } from "./found.ts";
import { hasAny, isNew } from "./found.ts";
import type { Proposal, Proposals } from "./memory.ts";

/** Open pull requests that are remembered; of more, those with the highest numbers. */
const MOST = 1_000;

/**
 * What is new among the open pull requests: those opened or opened again since, new heads, drafts that became ready, and
 * those whose trigger labels may have changed. At the first look what is there already is not new, but a trigger label
 * on it counts.
 */
export function comparePulls(
  before: Proposals | undefined,
  look: { items: readonly ListedPullRequest[]; whole: boolean },
  { repo, labels, now }: { repo: Repo; labels: readonly string[]; now: number },
): Compared<Proposals> {
  const found: Found[] = [];
  const open = new Map(look.whole ? [] : Object.entries(before?.open ?? {}));
  for (const item of look.items.toSorted((one, other) => one.pullRequest.number - other.pullRequest.number)) {
    const { pullRequest, version } = item;
    const key = String(pullRequest.number);
    const known = before?.open[key];
    const seen = toProposal(item, known, labels);
    open.set(key, seen);
    const isOld = before === undefined || pullRequest.number < before.floor;
    const events =
      known === undefined && !isOld ? [begun(item, repo, before)] : changes(item, repo, known, seen);
    if (events.length > 0) found.push({ events, version });
  }
  const numbers = look.items.map(({ pullRequest }) => pullRequest.number);
  const top = numbers.reduce((one, other) => Math.max(one, other), before?.top ?? 0);
  const newest = [...open].sort(([one], [other]) => Number(other) - Number(one));
  const kept = newest.slice(0, MOST);
  const floor = newest.length > MOST ? Number(kept.at(-1)?.[0]) : 0;
  return { found, memory: { top, since: before?.since ?? now, open: Object.fromEntries(kept), floor } };
}

/** The head that was known stands where nobody asked for a newer one. */
function toProposal(
  { pullRequest: { headSha, draft = false, labels }, version }: ListedPullRequest,
  known: Proposal | undefined,
  triggers: readonly string[],
): Proposal {
  const head = headSha ?? known?.head;
  return { version, ...(head !== undefined && { head }), draft, labelled: hasAny(labels, triggers) };
}

/** The author stands for both: to open one again, one has to be the author or to have write permission. */
function begun(item: ListedPullRequest, repo: Repo, before: Proposals): PullRequestEvent {
  const { pullRequest, author, createdAt } = item;
  const action = isNew({ number: pullRequest.number, createdAt }, before) ? "opened" : "reopened";
  return { kind: "pull_request", action, repo, pullRequest, actor: author };
}

/** The author stands for a draft that became ready, for the same reason; who pushed is nobody. */
function changes(
  { pullRequest, author }: ListedPullRequest,
  repo: Repo,
  known: Proposal | undefined,
  seen: Proposal,
): PullRequestEvent[] {
  const about = { kind: "pull_request", repo, pullRequest } as const;
  const events: PullRequestEvent[] = [];
  if (known?.head !== undefined && seen.head !== undefined && known.head !== seen.head) {
    events.push({ ...about, action: "updated", actor: NOBODY, before: known.head, after: seen.head });
  }
  if (known?.draft === true && !seen.draft) events.push({ ...about, action: "ready", actor: author });
  const removed = known?.labelled === true && !seen.labelled;
  // Whatever else happened to it tells of a label that is on it, too.
  const there = seen.labelled && (known?.labelled !== true || known.version !== seen.version);
  if (removed || (there && events.length === 0)) {
    events.push({ ...about, action: "label_updated", actor: NOBODY });
  }
  return events;
}
