import type { Repo } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { List, ListedPullRequest, Looked } from "../core/listings.ts";
import type { Wanted } from "../core/watch.ts";
import { compareBranches } from "./compare-branches.ts";
import { compareIssues } from "./compare-issues.ts";
import { comparePulls } from "./compare-pulls.ts";
import type { Compared, Found } from "./found.ts";
import type { Memory, Proposals } from "./memory.ts";

/** What one look at a repository came to. */
export interface Look {
  readonly found: readonly Found[];
  readonly memory: Memory;
  readonly requests: number;
}

interface Looking {
  readonly forge: Forge;
  readonly repo: Repo;
  readonly wanted: Wanted;
  readonly now: number;
  readonly signal: AbortSignal;
}

/** How many lists are looked at. */
export function kindsOf({ issues, pullRequests, branches }: Wanted): number {
  return [issues, pullRequests, branches].filter(Boolean).length;
}

/** Look at a repository: one request for each list that an automation wants, and more only where something changed. */
export async function lookAt(looking: Looking, before: Memory): Promise<Look> {
  const { forge, repo, wanted, now, signal } = looking;
  const { listings } = forge;
  const context = { repo, labels: wanted.labels, now };
  const words = JSON.stringify(wanted);
  const known = before.wanted === words ? before : withoutLabels(before);
  const found: Found[] = [];
  const marks: Memory["marks"] = {};
  let requests = 0;

  /** What is remembered of a list after a look at it: the same where nothing changed, nothing where there is no list. */
  async function see<Item, Kept>(
    list: List,
    looked: Looked<Item>,
    kept: Kept | undefined,
    compare: (look: { items: readonly Item[]; whole: boolean }) => Compared<Kept> | Promise<Compared<Kept>>,
  ): Promise<Kept | undefined> {
    if (looked.kind === "unsupported") return undefined;
    requests += looked.requests;
    const mark = looked.kind === "listed" ? looked.mark : known.marks[list];
    if (mark !== undefined) marks[list] = mark;
    if (looked.kind === "unchanged") return kept;
    const compared = await compare(looked);
    found.push(...compared.found);
    return compared.memory;
  }

  const issues =
    wanted.issues &&
    (await see("issues", await listings.issues(repo, known.marks.issues, signal), known.issues, (look) =>
      compareIssues(known.issues, look, context),
    ));
  const pullRequests =
    wanted.pullRequests &&
    (await see(
      "pull requests",
      await listings.pullRequests(repo, known.marks["pull requests"], signal),
      known.pullRequests,
      async (look) => {
        const items = wanted.heads ? await withHeads(looking, look.items, known.pullRequests) : look.items;
        requests += items.filter((item, index) => item !== look.items[index]).length;
        return comparePulls(known.pullRequests, { ...look, items }, context);
      },
    ));
  const branches =
    wanted.branches &&
    (await see(
      "branches",
      await listings.branches(repo, known.marks.branches, signal),
      known.branches,
      ({ items }) => compareBranches(known.branches, items, repo),
    ));
  return {
    found: found.map((one) => asFoundBy(one, words)),
    memory: {
      wanted: words,
      failures: 0,
      marks,
      ...(issues && { issues }),
      ...(pullRequests && { pullRequests }),
      ...(branches && { branches }),
    },
    requests,
  };
}

/** What was seen by other wants: all is listed once more, and every trigger label that is there counts anew. */
function withoutLabels({ issues, pullRequests, ...memory }: Memory): Memory {
  return {
    ...memory,
    marks: {},
    ...(issues && { issues: { ...issues, labelled: {} } }),
    ...(pullRequests && {
      pullRequests: {
        ...pullRequests,
        open: Object.fromEntries(
          Object.entries(pullRequests.open).map(([key, one]) => [key, { ...one, labelled: false }]),
        ),
      },
    }),
  };
}

/** The same found by other wants is another finding: other automations are asked about it. */
function asFoundBy({ events, version }: Found, words: string): Found {
  return { events, version: version === "" ? "" : `${version} ${words}` };
}

/** Pull requests with their heads: each that changed is asked for where the list does not tell it. */
async function withHeads(
  { forge, repo, signal }: Looking,
  items: readonly ListedPullRequest[],
  before: Proposals | undefined,
): Promise<ListedPullRequest[]> {
  const whole: ListedPullRequest[] = [];
  for (const item of items) {
    const { pullRequest: told, version } = item;
    const known = before?.open[told.number];
    const isKnown = known?.head !== undefined && known.version === version;
    if (told.headSha !== undefined || isKnown) whole.push(item);
    else {
      const asked = await forge.pullRequest(repo, told.number, signal, told);
      whole.push({ ...item, pullRequest: { ...told, ...asked } });
    }
  }
  return whole;
}
