import { openPull } from "../../stand-in/doings.ts";
import { branchHead, commitsBetween } from "../../stand-in/git.ts";
import { textIn } from "../../stand-in/route.ts";
import type { Account, Thread } from "../../stand-in/state.ts";
import { invalid, notFound, paged, Refusal } from "../answer.ts";
import type { AskedOfRepository, Route } from "../route.ts";
import { onRepository, onThreads } from "../route.ts";
import { issueShape, pullRequestShape } from "../shapes.ts";
import { uuidOf } from "../state.ts";

/** Pull requests: found, read and opened; and issues, read. */
export const pullRequestRoutes: readonly Route[] = [
  ...onThreads("GET", "", async ({ state, thread }) => ({
    status: 200,
    body: thread.pull === undefined ? issueShape(state, thread) : await pullRequestShape(state, thread),
  })),
  onRepository("GET", "/pullrequests", "read", async ({ state, repository, url }) => {
    const { branch, since } = filterIn(url.searchParams.get("q") ?? "");
    const open = repository.threads.filter(({ pull, state: now }) => now === "open" && pull !== undefined);
    const shown = await Promise.all(open.map((thread) => pullRequestShape(state, thread)));
    const found = shown.filter(
      ({ source, updated_on: at }) =>
        (branch === undefined || source.branch.name === branch) && Date.parse(at) >= since,
    );
    const sorted = found.toSorted((one, other) => Date.parse(other.updated_on) - Date.parse(one.updated_on));
    return paged(url.searchParams.get("sort") === "-updated_on" ? sorted : found, url);
  }),
  onRepository("PUT", "/pullrequests/{number}", "write", async (asked) => {
    const number = Number(asked.parameters.number);
    const thread = asked.repository.threads.find((one) => one.pull !== undefined && one.number === number);
    if (thread === undefined) throw notFound();
    if (textIn(asked.body, "title") === undefined) throw invalid("title", "This field is required.");
    const reviewers = reviewersIn(asked, thread);
    thread.reviewers.splice(0, Infinity, ...reviewers);
    return { status: 200, body: await pullRequestShape(asked.state, thread) };
  }),
  onRepository("POST", "/pullrequests", "write", async (asked) => {
    const thread = await open(asked);
    return { status: 201, body: await pullRequestShape(asked.state, thread) };
  }),
];

/** The filters that there are here: open pull requests, from a branch (whosever it is), changed since a time. */
const FILTER =
  /^(?:source\.branch\.name = (?<branch>"(?:[^"\\]|\\.)*") AND )?(?:updated_on >= (?<since>[\d-]+T[\d:.]+\+00:00) AND )?state = "OPEN"$/;

function filterIn(q: string): { branch: string | undefined; since: number } {
  const { groups } = FILTER.exec(q) ?? {};
  if (groups === undefined) throw invalid("q", "Invalid query");
  const branch = groups.branch?.slice(1, -1).replace(/\\(.)/g, "$1");
  return { branch, since: groups.since === undefined ? -Infinity : Date.parse(groups.since) };
}

async function open({ state, repository, actor, body }: AskedOfRepository): Promise<Thread> {
  const title = textIn(body, "title") ?? "";
  if (title.trim() === "") throw invalid("title", "This field is required.");
  const branch = branchNamed(body.source) ?? "";
  const base = branchNamed(body.destination) ?? repository.defaultBranch;
  for (const [side, name] of [
    ["source", branch],
    ["destination", base],
  ] as const) {
    if ((await branchHead(state.root, repository, name)) === undefined) {
      throw invalid(side, `branch not found: ${name}`);
    }
  }
  const range = [`refs/heads/${base}`, `refs/heads/${branch}`] as const;
  if ((await commitsBetween(state.root, repository, ...range)) === 0) {
    throw new Refusal(400, "There are no changes to be pulled");
  }
  const pull = { head: { repository, branch }, base, draft: body.draft === true };
  return openPull(state, { repository, actor, title, body: textIn(body, "description") ?? "", pull });
}

/** The reviewers that are written in place of those before. Its author is refused. */
function reviewersIn({ state, body }: AskedOfRepository, { author }: Thread): Account[] {
  const given: unknown[] = Array.isArray(body.reviewers) ? body.reviewers : [];
  return given.map((one) => {
    const uuid = typeof one === "object" && one !== null && "uuid" in one ? one.uuid : undefined;
    const account = state.accounts.find((known) => uuidOf(known) === uuid);
    if (account === undefined) throw invalid("reviewers", "Malformed reviewers list");
    if (account.id === author.id) {
      throw invalid("reviewers", `${author.login} is the author and cannot be included as a reviewer.`);
    }
    return account;
  });
}

/** The branch of a side, as the body has it. */
function branchNamed(side: unknown): string | undefined {
  if (typeof side !== "object" || side === null || !("branch" in side)) return undefined;
  const { branch } = side;
  if (typeof branch !== "object" || branch === null || !("name" in branch)) return undefined;
  return typeof branch.name === "string" ? branch.name : undefined;
}
