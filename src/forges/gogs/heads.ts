import { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { ListedPullRequest, Looked } from "../../core/listings.ts";
import { listedAs } from "../shared/gogs-lists.ts";
import { readMark, writeMark } from "../shared/marks.ts";
import { isGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import type { PullsOptions } from "./pulls.ts";
import { isForeign } from "./pulls.ts";
import type { Refs } from "./refs.ts";
import { ListedIssue } from "./replies.ts";
import { bareRequestOf } from "./translate.ts";

/** Pull requests that one look asks about at most: what an old repository has beyond comes at the looks after it. */
const MOST_ASKED = 20;

/** Digits of a commit that a mark keeps, since it has one for each pull request that there ever was. */
const KEPT_DIGITS = 10;

const HEAD = /^refs\/pull\/(\d+)\/head$/;

/** The head that was last asked about, by the number of its pull request. */
const Mark = z.record(z.string(), z.string());

/**
 * The open pull requests whose heads are new since the mark: no list has them, and their refs stay when they are closed,
 * so that each is asked about, the newest first, when its ref comes or moves. Of a label or a title no ref tells.
 */
export async function lookAtHeads(
  { line, askRefs, web }: PullsOptions,
  repo: Repo,
  mark: string | undefined,
  signal?: AbortSignal,
): Promise<Looked<ListedPullRequest>> {
  const refs = await askRefs(repo, signal);
  const known = readMark(Mark, mark) ?? {};
  const heads = headsIn(refs);
  const news = heads.filter(({ number, sha }) => known[number] !== kept(sha));
  if (mark !== undefined && news.length === 0) return { kind: "unchanged", requests: 1 };
  const asked = news.slice(0, MOST_ASKED);
  const items: ListedPullRequest[] = [];
  for (const { number, sha } of asked) {
    const issue = await issueAt(line, repo, number, signal);
    if (!issue?.pull_request || issue.state !== "open") continue;
    const bare = bareRequestOf(issue, `${web}/${repo.fullName}`);
    const pullRequest = { ...bare, headSha: sha, fork: isForeign(sha, refs) };
    items.push({ pullRequest, ...listedAs(issue, sha) });
  }
  const now = { ...known, ...Object.fromEntries(asked.map(({ number, sha }) => [number, kept(sha)])) };
  const whole = mark === undefined && asked.length === news.length;
  return { kind: "listed", items, whole, mark: writeMark(now), requests: 1 + asked.length };
}

const kept = (sha: string): string => sha.slice(0, KEPT_DIGITS);

/** Heads of all pull requests that there ever were, the newest first. */
function headsIn(refs: Refs): { number: number; sha: string }[] {
  return [...refs]
    .flatMap(([ref, sha]) => {
      const [, number] = HEAD.exec(ref) ?? [];
      return number === undefined ? [] : [{ number: Number(number), sha }];
    })
    .sort((one, other) => other.number - one.number);
}

/** A pull request as an issue; undefined where it was taken away with all that it was. */
async function issueAt(line: Line, repo: Repo, number: number, signal?: AbortSignal) {
  try {
    return await line.ask(repo, { path: `/issues/${number}`, reply: ListedIssue, signal });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
