import { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { ListedIssue, Listings, Looked } from "../../core/listings.ts";
import { readMark, writeMark } from "../shared/marks.ts";
import type { Line } from "./line.ts";
import { at, isCalledLikeProject, placeOf, workItemPage } from "./place.ts";
import type { ListedWorkItem } from "./replies.ts";
import { Found, WorkItems } from "./replies.ts";
import { CLOSED, isClosed, issueOf, personOf } from "./translate.ts";

/** The most work items that one look lists: a project may have tens of thousands. */
const MOST = 1_000;
/** The most that are read together. Source: Azure DevOps docs, "Work Items - List". */
const BATCH = 200;
/** Milliseconds by which a change may come to be seen later than another one that was made after it. */
const OVERLAP = 30_000;

/** The fields that are read of each. */
const FIELDS = [
  "System.TeamProject",
  "System.Title",
  "System.State",
  "System.Tags",
  "System.Description",
  "Microsoft.VSTS.TCM.ReproSteps",
  "System.CreatedBy",
  "System.CreatedDate",
  "System.ChangedDate",
].join(",");

const Time = z.string().regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

/** What the next look needs: the latest change that was seen, and when those were changed that changed shortly before. */
const Mark = z.object({ since: Time, recent: z.record(z.string().regex(/^\d+$/), Time) });
type Mark = z.infer<typeof Mark>;

/** Where lists are read, and how their items are told. */
export interface ListOptions {
  readonly line: Line;
  /** Where people open the organization. */
  readonly web: string;
  /** Full names of repositories that their project's work items go with, beside those called like their project. */
  readonly workItems: readonly string[];
}

/**
 * The open work items of a project, in a repository that they go with. A query answers numbers alone, so that a look at
 * a project in which nothing changed costs one request; what changed is read together. The times are those of the
 * service: no clock of ours is asked.
 */
export function workItemList({ line, web, workItems }: ListOptions): Listings["issues"] {
  const named = new Set(workItems.map((name) => name.toLowerCase()));

  return async (repo, text, signal) => {
    if (!named.has(repo.fullName.toLowerCase()) && !isCalledLikeProject(repo)) return { kind: "unsupported" };
    const mark = readMark(Mark, text);
    const ids = await query(line, repo, queryOf(mark), signal);
    if (mark !== undefined && ids.length === 0) return { kind: "unchanged", requests: 1 };
    const { items, requests } = await read(line, repo, ids, signal);
    const whole = mark === undefined && ids.length < MOST;
    return {
      kind: "listed",
      items: items.filter(({ fields }) => !isClosed(fields["System.State"])).map(listedAt(web, repo)),
      whole,
      ...markOf(mark, items),
      requests: 1 + requests,
    } satisfies Looked<ListedIssue>;
  };
}

/** The numbers of the work items that a query finds. */
async function query(line: Line, repo: Repo, text: string, signal?: AbortSignal): Promise<readonly number[]> {
  const { workItems } = await line.ask({
    method: "POST",
    path: at`/${placeOf(repo).project}/_apis/wit/wiql`,
    // Else times are cut to days.
    query: { timePrecision: "true", $top: String(MOST) },
    body: { query: text },
    reply: Found,
    signal,
  });
  return workItems.map(({ id }) => id);
}

/** Work items by their numbers; those that were deleted meanwhile are left out. */
async function read(line: Line, repo: Repo, ids: readonly number[], signal?: AbortSignal) {
  const path = at`/${placeOf(repo).project}/_apis/wit/workitems`;
  const items: ListedWorkItem[] = [];
  let requests = 0;
  for (let start = 0; start < ids.length; start += BATCH) {
    const some = ids.slice(start, start + BATCH).join(",");
    const asked = { ids: some, fields: FIELDS, errorPolicy: "omit" };
    const { value } = await line.ask({ path, query: asked, reply: WorkItems, signal });
    items.push(...value.filter((item) => item !== null));
    requests += 1;
  }
  return { items, requests };
}

const listedAt =
  (web: string, repo: Repo) =>
  ({ id, rev, fields }: ListedWorkItem): ListedIssue => ({
    issue: issueOf(id, fields, workItemPage(web, repo, id)),
    author: personOf(fields["System.CreatedBy"]),
    createdAt: new Date(fields["System.CreatedDate"]),
    // One more with every save.
    version: String(rev),
  });

/**
 * All that are open, those first that were changed last; or what was changed since the mark, in the order of the
 * changes, so that what is too much for one look comes at the next. Of the time shortly before the mark only those are
 * wanted that were not seen then.
 */
function queryOf(mark: Mark | undefined): string {
  const closed = [...CLOSED].map((state) => `'${state}'`).join(", ");
  const open = `[System.TeamProject] = @project AND [System.State] NOT IN (${closed})`;
  const all = "SELECT [System.Id] FROM WorkItems WHERE";
  if (mark === undefined) return `${all} ${open} ORDER BY [System.ChangedDate] DESC`;
  const { since, recent } = mark;
  const before = new Date(Date.parse(since) - OVERLAP).toISOString();
  const late = `[System.ChangedDate] >= '${before}' AND [System.Id] NOT IN (${Object.keys(recent).join(", ")})`;
  const changed = `[System.ChangedDate] > '${since}' OR (${late})`;
  return `${all} ${open} AND (${changed}) ORDER BY [System.ChangedDate] ASC`;
}

/** The mark after a look that showed these; none while none was ever seen. */
function markOf(mark: Mark | undefined, items: readonly ListedWorkItem[]): { mark?: string } {
  const changes = { ...mark?.recent };
  for (const { id, fields } of items) changes[id] = fields["System.ChangedDate"];
  const times = Object.values(changes).sort((one, other) => Date.parse(one) - Date.parse(other));
  const since = times.at(-1);
  if (since === undefined) return {};
  const start = Date.parse(since) - OVERLAP;
  const recent = Object.entries(changes).filter(([, time]) => Date.parse(time) >= start);
  return { mark: writeMark({ since, recent: Object.fromEntries(recent) } satisfies Mark) };
}
