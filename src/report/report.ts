import { isRetryable, messageOf } from "../core/errors.ts";
import type { Forge } from "../core/forge.ts";
import type { Claim } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { KeptFile } from "../core/repository-file.ts";
import { REPOSITORY_FILE_CONTEXT, tellsOf } from "../core/repository-file.ts";
import type { Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { Outlook, PlaceRecord, Store, StoreTransaction } from "../core/store.ts";
import type { Place } from "../core/status.ts";
import { placeKey, readPlace } from "../core/status.ts";
import type { Sent, Sight } from "./show.ts";
import { show } from "./show.ts";
import type { RunUrl, Talk } from "./wording.ts";

/** A report taken over is sent once more after this time: the lost worker's call may land after ours. */
const SECOND_LOOK_MS = 30_000;

/** What the step of a `report` job needs. */
export interface ReportTools {
  readonly store: Store;
  readonly forge: (name: string) => Forge | undefined;
  readonly runUrl: RunUrl;
  readonly log: Log;
}

/**
 * The step of a `report` job: makes one place on the forge show its newest run. Level-triggered: whatever happened
 * since the job was asked for, what is sent is how things stand now, so that no late report covers a newer one.
 */
export function createReportStep(tools: ReportTools): (claim: Claim, signal: AbortSignal) => Promise<void> {
  const { store, log } = tools;
  return async (claim, signal) => {
    const place = readPlace(claim.subject);
    const forge = tools.forge(place.forge);
    const sight = forge === undefined ? undefined : await look(tools, place, claim.subject);
    if (forge === undefined || sight === undefined) {
      await store.complete(claim, () => Promise.resolve());
      return;
    }
    const unsure = claim.takenOver || claim.again;
    const sent = await send(sight, forge, { unsure, signal, log, key: claim.subject });
    await store.complete(
      claim,
      async (transaction) => {
        if (sent === undefined) return;
        const { closes, unshown, ...record } = sent;
        await transaction.savePlace({ key: claim.subject, reportedAt: new Date(), ...record });
        if (unshown !== undefined) await tellByComment(transaction, unshown);
        if (closes === undefined) return;
        const request = await transaction.request(closes);
        if (request?.state === "answered" && request.run === closes.run) {
          await transaction.saveRequest({ ...request, state: "closed" });
        }
      },
      claim.takenOver ? { again: SECOND_LOOK_MS } : {},
    );
  };
}

/** Let the comment tell of a run that has no other place to be seen. */
async function tellByComment(transaction: StoreTransaction, { id, comments, ...run }: Run): Promise<void> {
  if (comments || run.thread === undefined) return;
  await transaction.noteRun(id, { comments: true });
  const { forge, repo, thread } = run;
  await transaction.ask("report", placeKey({ kind: "comment", forge, repo: repo.id, thread }));
}

/** Everything the store knows of a place; undefined where nothing of ours is to be shown. */
async function look({ store, runUrl }: ReportTools, place: Place, key: string): Promise<Sight | undefined> {
  const runs = await store.runsAt(key);
  const talk = place.kind === "comment" ? await lookForTalk(store, place, runs) : SILENCE;
  const file = await fileAt(store, place);
  const newest = runs.at(-1);
  const name = newest?.repo.fullName ?? nameIn(talk) ?? file?.repo.fullName;
  if (name === undefined) return undefined;
  const request =
    place.kind === "labels" && newest !== undefined
      ? await store.request({
          automation: newest.automation,
          forge: place.forge,
          repo: place.repo,
          thread: place.thread,
        })
      : undefined;
  const record = (await store.place(key)) ?? { key };
  return { place, record, repo: { id: place.repo, fullName: name }, runs, talk, request, file, runUrl };
}

const SILENCE: Talk = { refusals: [], waits: [], outlooks: new Map() };

/** What the comment says beside the runs themselves. */
async function lookForTalk(
  store: Store,
  { forge, repo, thread }: Extract<Place, { kind: "comment" }>,
  runs: readonly Run[],
): Promise<Talk> {
  const place = { forge, repo, thread };
  const outlooks = new Map<number, Outlook>();
  for (const run of runs) if (!isOver(run.state)) outlooks.set(run.id, await store.outlook(run));
  const answer = await store.answer(place);
  return {
    refusals: await store.refusals(forge, repo, thread),
    waits: await store.waits(place),
    outlooks,
    ...(answer === undefined ? {} : { answer }),
  };
}

/** The name of the repository, as whoever spoke last wrote it. */
function nameIn({ answer, waits, refusals }: Talk): string | undefined {
  return answer?.repoName ?? waits.at(-1)?.repoName ?? refusals.at(-1)?.repoName;
}

/** The file of a repository that a place tells of, as it is kept now: undefined where another commit tells of it by now. */
async function fileAt(store: Store, place: Place): Promise<KeptFile | undefined> {
  if (place.kind !== "status" || place.context !== REPOSITORY_FILE_CONTEXT) return undefined;
  const file = await store.repositoryFile(place.forge, place.repo);
  return file?.sha === place.sha && tellsOf(file) ? file : undefined;
}

type Result = Sent & Omit<PlaceRecord, "key">;

/** Send what a place shall show; undefined where the forge shows it already. A final refusal is kept, not tried again. */
async function send(
  sight: Sight,
  forge: Forge,
  options: { unsure: boolean; signal: AbortSignal; log: Log; key: string },
): Promise<Result | undefined> {
  try {
    return await show(sight, forge, options);
  } catch (error) {
    if (isRetryable(error)) throw error;
    options.log.error(
      { forge: forge.name, place: options.key, reason: messageOf(error) },
      "the forge refuses a report; it is not tried again until its run changes",
    );
    return { ...sight.record, refused: messageOf(error) };
  }
}
