import type { Repo } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { KeptFile } from "../core/repository-file.ts";
import type { Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { PlaceRecord, Request, RequestKey } from "../core/store.ts";
import type { Place, Status } from "../core/status.ts";
import { readStatus, writeStatus } from "../core/status.ts";
import { COMMENT_MARKER } from "../core/text.ts";
import { labelsOf } from "./labels.ts";
import { fileStatus } from "./file-status.ts";
import type { RunUrl, Talk } from "./wording.ts";
import { commentOf, statusOf } from "./wording.ts";

/** A place with everything that the store knows of it. */
export interface Sight {
  readonly place: Place;
  readonly record: PlaceRecord;
  readonly repo: Repo;
  /** The newest run of each automation shown there, oldest first; the last one is the newest of all. */
  readonly runs: readonly Run[];
  /** What the comment says beside the runs. */
  readonly talk: Talk;
  /** The request of a label place. */
  readonly request: Request | undefined;
  /** The file of a repository whose problems, or whose end of them, a status place tells of in place of a run. */
  readonly file?: KeptFile | undefined;
  readonly runUrl: RunUrl;
}

/** What the forge confirmed, and the request that a confirmed removal of the trigger label closes. */
export interface Sent {
  readonly reported?: string;
  readonly commentId?: string;
  readonly closes?: RequestKey & { run: number | undefined };
  /** The run that the comment must tell of, wanted or not: the forge has no status to show it by. */
  readonly unshown?: Run;
}

interface How {
  /** Send even what seems to stand there: nobody knows how far the worker before got. */
  readonly unsure: boolean;
  readonly signal: AbortSignal;
}

/** Make a place show what it shall; undefined where it does already. */
export function show(sight: Sight, forge: Forge, how: How): Promise<Sent | undefined> {
  switch (sight.place.kind) {
    case "status":
      return showStatus(sight, forge, how, sight.place);
    case "comment":
      return showComment(sight, forge, how, sight.place);
    case "labels":
      return showLabels(sight, forge, how, sight.place);
  }
}

async function showStatus(
  { runs, record, repo, file, runUrl }: Sight,
  forge: Forge,
  { unsure, signal }: How,
  { sha }: Extract<Place, { kind: "status" }>,
): Promise<Sent | undefined> {
  const run = runs.at(-1);
  if (file !== undefined) {
    const status = fileStatus(file);
    const reported = writeStatus(status);
    if (!unsure && record.reported === reported) return undefined;
    // Where there are no statuses, the log and the page of the delivery have told of it already.
    await forge.setStatus({ repo, sha, ref: `refs/heads/${file.branch}` }, status, signal);
    return { reported };
  }
  if (run === undefined) return undefined;
  const status = statusOf(run, runUrl);
  const reported = writeStatus(status);
  if (!unsure && record.reported === reported) return undefined;
  const { thread } = run;
  const about = thread?.kind === "pull_request" ? thread.number : undefined;
  const pullRequest = run.publishes ? run.pullRequest?.number : about;
  const ref = run.publishes && run.branch !== undefined ? `refs/heads/${run.branch}` : run.ref;
  const begin = record.reported === reported ? [] : beginOf(run, record, runUrl);
  for (const one of [...begin, status]) {
    const set = await forge.setStatus({ repo, sha, ref, pullRequest }, one, signal);
    if (set === "unsupported") return { reported, unshown: run };
  }
  return { reported };
}

/** A run may be over before its report is sent: people and other programs shall see its status begin all the same. */
function beginOf(run: Run, { reported }: PlaceRecord, runUrl: RunUrl): Status[] {
  if (!isOver(run.state) || run.startedAt === undefined) return [];
  const shown = reported === undefined ? undefined : readStatus(reported).state;
  return shown === "pending" ? [] : [statusOf({ ...run, state: "running", reason: "" }, runUrl)];
}

async function showComment(
  { runs, talk, record, repo, runUrl }: Sight,
  forge: Forge,
  { unsure, signal }: How,
  { thread }: Extract<Place, { kind: "comment" }>,
): Promise<Sent | undefined> {
  const body = commentOf(runs, talk, runUrl);
  if (!unsure && record.reported === body) return undefined;
  const wanted = { id: record.commentId, marker: COMMENT_MARKER, body };
  const { id } = await forge.upsertComment(repo, thread, wanted, signal);
  return { reported: body, commentId: id };
}

async function showLabels(
  { runs, record, repo, request }: Sight,
  forge: Forge,
  { unsure, signal }: How,
  { thread, family }: Extract<Place, { kind: "labels" }>,
): Promise<Sent | undefined> {
  const run = runs.at(-1);
  if (run === undefined) return undefined;
  const trigger = run.label ?? family;
  const answered = request?.state === "answered" && request.run === run.id;
  const shown = unsure ? undefined : record.reported;
  const change = labelsOf(run, { trigger, answered, shown });
  const reported = change.add.join();
  if (!answered && shown === reported) return undefined;
  await forge.changeLabels(repo, thread, change, signal);
  const { automation, forge: name, repo: id } = run;
  const closes = answered ? { automation, forge: name, repo: id.id, thread, run: run.id } : undefined;
  return { reported, closes };
}
