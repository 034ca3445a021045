import type { Claim } from "../core/job.ts";
import type { Completion, Store, StoreTransaction } from "../core/store.ts";
import { findAnswer, findApprovals, findWaits } from "./approvals.ts";
import { findDelivery, findDeliveryKey, listDeliveries } from "./deliveries.ts";
import type { Engine, Tables } from "./engine.ts";
import { claimJob, finishJob, giveBackJob, holdsJob, listJobs, renewJob } from "./jobs.ts";
import { appendChunk, listChunks } from "./logs.ts";
import { knownDeliveries, listHooks, listRecoveries } from "./hooks.ts";
import { beat, findPlace, findRefusals, findRequest, keepSecret } from "./marks.ts";
import { listWeights, pruneSlice } from "./prune.ts";
import { persist } from "./retry.ts";
import { findRepositoryFile, listRepositoryFiles } from "./repository-files.ts";
import { findOutlook, findRun, findRunsAt, findRunsOfBranch, findRunThatPushed, listRuns } from "./runs.ts";
import { findSchedule } from "./schedules.ts";
import { listTurnedAway } from "./turned-away.ts";
import type { OnAsked } from "./transaction.ts";
import { createTransaction } from "./transaction.ts";
import { findLedger } from "./turns.ts";
import { listWebhookKeys } from "./webhook-keys.ts";
import { findNextWatch, findPolling, listDueWatches, listWatches } from "./watches.ts";

/** The strictest forge waits 5 s for its answer. */
const RECORD_DEADLINE_MS = 3_000;

/** The Store over an engine whose tables are up to date. */
export function createStore(engine: Engine, onAsked: OnAsked): Store {
  /** One statement, or reads. */
  const run = <T>(query: () => Promise<T>): Promise<T> => persist(engine, query);

  /** One transaction; those who wait for its jobs hear of them after it is on disk. */
  const transact = async <T>(step: (tables: Tables, heard: OnAsked) => Promise<T>): Promise<T> => {
    const asked: Parameters<OnAsked>[] = [];
    const outcome = await persist(engine, () =>
      engine.db.transaction().execute(async (db) => {
        try {
          return await step({ ...engine, db }, (...job) => asked.push(job));
        } catch (error) {
          // From here on nothing is tried again by itself: what the step did outside the store is not ours to repeat.
          throw engine.translate(error);
        }
      }),
    );
    for (const job of asked) onAsked(...job);
    return outcome;
  };

  const fenced = <T>(
    claim: Claim,
    step: (tables: Tables, heard: OnAsked) => Promise<T>,
  ): Promise<T | "lost"> =>
    transact(async (tables, heard) => ((await holdsJob(tables, claim)) ? step(tables, heard) : "lost"));

  return {
    async record(arrival, { deadline = RECORD_DEADLINE_MS } = {}) {
      const { recorded, asked } = await engine.record(arrival, deadline);
      if (asked !== undefined) onAsked("match", asked);
      return recorded;
    },

    claim: (stage, options) => run(() => claimJob(engine, stage, options)),
    renew: (claim, lease) => run(() => renewJob(engine, claim, lease)),
    giveBack: (claim, options) => run(() => giveBackJob(engine, claim, options)),
    complete: <T>(
      claim: Claim,
      step: (transaction: StoreTransaction) => Promise<T>,
      completion: Completion = {},
    ) =>
      fenced(claim, async (tables, heard) => {
        const outcome = await step(createTransaction(tables, heard));
        if (await finishJob(tables, claim, completion)) heard(claim.stage, claim.subject);
        return outcome;
      }),
    write: (claim, step) => fenced(claim, (tables, heard) => step(createTransaction(tables, heard))),
    change: (step) => transact((tables, heard) => step(createTransaction(tables, heard))),
    jobs: (options) => run(() => listJobs(engine, options)),

    appendLog: (claim, id, text, limit) =>
      fenced(claim, async (tables) => {
        await appendChunk(tables, id, text, limit);
        return "ok" as const;
      }),
    log: (id, after) => run(() => listChunks(engine, id, after)),

    delivery: (key) => run(() => findDelivery(engine, key)),
    deliveryKey: (known) => run(() => findDeliveryKey(engine, known)),
    deliveries: (options) => run(() => listDeliveries(engine, options)),
    run: (id) => run(() => findRun(engine, id)),
    runs: (filter) => run(() => listRuns(engine, filter)),
    runsAt: (place) => run(() => findRunsAt(engine, place)),
    runThatPushed: (forge, repo, sha) => run(() => findRunThatPushed(engine, forge, repo, sha)),
    runsOfBranch: (forge, repo, branch) => run(() => findRunsOfBranch(engine, forge, repo, branch)),
    request: (key) => run(() => findRequest(engine, key)),
    place: (key) => run(() => findPlace(engine, key)),
    refusals: (forge, repo, thread) => run(() => findRefusals(engine, forge, repo, thread)),
    approval: async (key) => (await run(() => findApprovals(engine, key)))[0],
    approvals: (place) => run(() => findApprovals(engine, place)),
    waits: (place) => run(() => findWaits(engine, place)),
    answer: (place) => run(() => findAnswer(engine, place)),
    outlook: (of) => run(() => findOutlook(engine, of)),
    ledger: (automation) => run(() => findLedger(engine, automation)),

    knownDeliveries: (forge, ids) => run(() => knownDeliveries(engine, forge, ids)),
    hooks: (forge) => run(() => listHooks(engine, forge)),
    recoveries: (key, since) => run(() => listRecoveries(engine, key, since)),
    webhookKeys: (door) => run(() => listWebhookKeys(engine, door)),
    repositoryFile: (forge, repo) => run(() => findRepositoryFile(engine, forge, repo)),
    repositoryFiles: (forge, options) => run(() => listRepositoryFiles(engine, forge, options)),
    watches: (forge, options) => run(() => listWatches(engine, forge, options)),
    dueWatches: (forge, options) => run(() => listDueWatches(engine, forge, options)),
    nextWatch: (forge) => run(() => findNextWatch(engine, forge)),
    polling: (forge) => run(() => findPolling(engine, forge)),

    prune: (claim, what, slice) => fenced(claim, (tables) => pruneSlice(tables, what, slice)),
    weigh: (what, options) => run(() => listWeights(engine, what, options)),

    turnedAway: () => run(() => listTurnedAway(engine)),
    schedule: (key) => run(() => findSchedule(engine, key)),

    secret: (name, make) => transact((tables) => keepSecret(tables, name, make)),
    check: () => run(() => beat(engine)),
    close: () => engine.close(),
  };
}
