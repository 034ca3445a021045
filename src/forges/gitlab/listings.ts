import { Branches, Issues, MergeRequests } from "@gitbeaker/rest";
import type { ZodType } from "zod";
import { z } from "zod";

import type { Actor } from "../../core/event.ts";
import type { ListedBranch, Listings, Looked } from "../../core/listings.ts";
import { readMark, versionOf, writeMark } from "../shared/marks.ts";
import { GHOST, issueOf } from "./conversations.ts";
import type { Line, OnePage, PageOptions } from "./line.ts";
import { isFork, pullRequestOf } from "./pulls.ts";
import * as replies from "./replies.ts";
import type { ResourceOptions } from "./requester.ts";
import { actorOf } from "./translate.ts";

/** Time of the newest change that was seen, by GitLab's clock. */
const Mark = z.object({ since: z.coerce.date() });

/** A change can show later than one that was made after it: milliseconds that are looked at again each time. */
const OVERLAP = 30_000;

/** What both lists tell of a thread. */
interface Thread {
  readonly iid: number;
  readonly author?: { readonly id: number; readonly username: string } | null | undefined;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly labels?: readonly string[] | null | undefined;
}

/** How one list is asked: for what changed at a time or later. */
interface List<T extends Thread, Item> {
  readonly reply: ZodType<T[]>;
  readonly call: (
    api: ResourceOptions,
    page: PageOptions,
    since: { readonly updatedAfter?: string },
  ) => Promise<unknown>;
  readonly itemOf: (found: T) => Item;
}

const OLDEST = { state: "opened", scope: "all", orderBy: "updated_at", sort: "asc" } as const;

/** What is open in a project. */
export function listings(line: Line): Listings {
  /**
   * From the oldest change to the newest, where each page begins at the time that the one before ended at: a thread that is
   * changed or closed meanwhile moves no other past us, as it would where pages are counted. Only where all of a page have
   * one time, as after an import, the next is asked for by its number.
   */
  async function changed<T extends Thread, Item>(
    mark: string | undefined,
    { reply, call, itemOf }: List<T, Item>,
    signal: AbortSignal | undefined,
  ): Promise<Looked<Item>> {
    const before = readMark(Mark, mark)?.since;
    const found = new Map<number, T>();
    let since = before && new Date(before.getTime() - OVERLAP);
    let requests = 0;
    for (let number: number | null = 1; number !== null;) {
      const after = since === undefined ? {} : { updatedAfter: since.toISOString() };
      const page: OnePage<T[]> = await line.page(reply, signal, number, (api, options) =>
        call(api, options, after),
      );
      requests += 1;
      // The later of two is the newer one.
      for (const one of page.data) found.set(one.iid, one);
      const last: Date | undefined = page.data.at(-1)?.updated_at;
      const isLater: boolean = last !== undefined && (since === undefined || last > since);
      if (isLater) since = last;
      number = page.next === null ? null : isLater ? 1 : page.next;
    }
    const times = [...found.values()].map(({ updated_at: at }) => at.getTime());
    const newest = Math.max(before?.getTime() ?? 0, ...times);
    return {
      kind: "listed",
      items: [...found.values()].map(itemOf),
      whole: before === undefined,
      mark: writeMark({ since: new Date(newest).toISOString() }),
      requests,
    };
  }

  return {
    issues: (repo, mark, signal) =>
      changed(
        mark,
        {
          reply: replies.Issues,
          call: (api, page, since) =>
            new Issues(api).all({ projectId: repo.id, ...OLDEST, ...since, ...page }),
          itemOf: (issue) => ({
            issue: issueOf(issue),
            ...tellOf(issue),
            ...(issue.confidential ? { confidential: true } : {}),
          }),
        },
        signal,
      ),

    pullRequests: (repo, mark, signal) =>
      changed(
        mark,
        {
          reply: replies.MergeRequests,
          call: (api, page, since) =>
            new MergeRequests(api).all({ projectId: repo.id, ...OLDEST, ...since, ...page }),
          itemOf: (request) => ({
            // The name of a fork is not told, and asked for only with the one that something is done about.
            pullRequest: pullRequestOf(request, isFork(request) ? undefined : repo.fullName),
            ...tellOf(request, request.sha ?? ""),
          }),
        },
        signal,
      ),

    async branches(repo, _mark, signal) {
      const items: ListedBranch[] = [];
      let requests = 0;
      const pages = line.pages(replies.Branches, signal, (api, page) => new Branches(api).all(repo.id, page));
      for await (const page of pages) {
        items.push(...page.map(({ name, commit }) => ({ name, sha: commit.id })));
        requests += 1;
      }
      return { kind: "listed", items, whole: true, requests };
    },
  };
}

function tellOf(found: Thread, sha?: string): { author: Actor; createdAt: Date; version: string } {
  const { author, created_at: createdAt, updated_at: at, labels } = found;
  return {
    author: author ? actorOf(author) : GHOST,
    createdAt,
    version: versionOf(at.toISOString(), labels ?? [], sha),
  };
}
