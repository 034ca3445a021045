import { z } from "zod";

import type { Actor, Repo } from "../../core/event.ts";
import type { ListedBranch, Listings, Looked } from "../../core/listings.ts";
import { readMark, versionOf, writeMark } from "../shared/marks.ts";
import { AnswerError, isRefusal } from "../shared/refusals.ts";
import type { Line, Look } from "./line.ts";
import * as payloads from "./payloads.ts";
import { actorOf, GHOST, issueOf, pullRequestOf } from "./translate.ts";

/** What a list tells of a thread beside what a delivery does. */
const listed = {
  /** Null, or the account `ghost`, once the account was deleted. */
  user: payloads.Actor.nullish(),
  created_at: z.coerce.date(),
  updated_at: z.string(),
};
const Issues = z.array(payloads.Issue.extend(listed));
const PullRequests = z.array(payloads.PullRequest.extend(listed));
const Refs = z.array(z.object({ ref: z.string(), object: z.object({ sha: z.string() }) }));

/** `tag` names the first page, `since` is the time of the newest change that was seen: GitHub's own, to the second. */
const Mark = z.object({ tag: z.string().optional(), since: z.string().optional() });

/** Open issues and pull requests, newest change first: what is new stands on the first page, and its tag tells that. */
const NEWEST = { state: "open", sort: "updated", direction: "desc", per_page: 100 };

type Changed = { readonly updated_at: string };

/** What is open in a repository. */
export function listings(line: Line): Listings {
  /** Pages as far as something changed since the mark: all of them where there is none. */
  async function newest<T extends Changed, Item>(
    mark: string | undefined,
    look: (tag: string | undefined) => Promise<Look<readonly T[]> | undefined>,
    itemOf: (found: T) => Item | undefined,
  ): Promise<Looked<Item>> {
    const { tag, since = "" } = readMark(Mark, mark) ?? {};
    const list = await look(tag);
    if (list === undefined) return { kind: "unchanged", requests: 1 };
    const found: T[] = [];
    let requests = 0;
    let whole = true;
    for await (const page of list.pages) {
      found.push(...page);
      requests += 1;
      whole = !list.long || (page.at(-1)?.updated_at ?? "") >= since;
      if (!whole) break;
    }
    const [first] = found;
    return {
      kind: "listed",
      items: found.map(itemOf).filter((item) => item !== undefined),
      whole,
      mark: writeMark({ tag: list.tag, since: first?.updated_at ?? since }),
      requests,
    };
  }

  return {
    async issues(repo, mark, signal) {
      const call = {
        route: "GET /repos/{owner}/{repo}/issues",
        reply: Issues,
        parameters: NEWEST,
        signal,
      };
      try {
        return await newest(
          mark,
          (tag) => line.look(repo, call, tag),
          (found) => (found.pull_request ? undefined : { issue: issueOf(found), ...tellOf(found) }),
        );
      } catch (error) {
        // A repository whose issues are switched off has none.
        if (error instanceof AnswerError && error.status === 410) return nothing();
        throw error;
      }
    },

    pullRequests(repo, mark, signal) {
      const call = {
        route: "GET /repos/{owner}/{repo}/pulls",
        reply: PullRequests,
        parameters: NEWEST,
        signal,
      };
      return newest(
        mark,
        (tag) => line.look(repo, call, tag),
        (found) => ({ pullRequest: pullRequestOf(found), ...tellOf(found, found.head.sha) }),
      );
    },

    /** All refs come in one answer, where a list of branches would have a tag for each of its pages. */
    async branches(repo, mark, signal) {
      try {
        return await branchesOf(line, repo, mark, signal);
      } catch (error) {
        if (isRefusal(error) && /empty/i.test(error.message)) return nothing();
        throw error;
      }
    },
  };
}

async function branchesOf(
  line: Line,
  repo: Repo,
  mark: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Looked<ListedBranch>> {
  const { tag } = readMark(Mark, mark) ?? {};
  const call = {
    route: "GET /repos/{owner}/{repo}/git/matching-refs/{ref}",
    reply: Refs,
    parameters: { ref: "heads/" },
    signal,
  };
  const list = await line.look(repo, call, tag);
  if (list === undefined) return { kind: "unchanged", requests: 1 };
  const items: ListedBranch[] = [];
  for await (const refs of list.pages) {
    items.push(...refs.map(({ ref, object: { sha } }) => ({ name: ref.replace(/^refs\/heads\//, ""), sha })));
  }
  return { kind: "listed", items, whole: true, mark: writeMark({ tag: list.tag }), requests: 1 };
}

/** A list of a repository that cannot have any such thing. */
function nothing<Item>(): Looked<Item> {
  return { kind: "listed", items: [], whole: true, requests: 1 };
}

function tellOf(
  found: z.infer<typeof Issues>[number] | z.infer<typeof PullRequests>[number],
  sha?: string,
): { author: Actor; createdAt: Date; version: string } {
  const { user, created_at: createdAt, updated_at: at, labels } = found;
  const names = labels?.map(({ name }) => name) ?? [];
  return { author: user ? actorOf(user) : GHOST, createdAt, version: versionOf(at, names, sha) };
}
