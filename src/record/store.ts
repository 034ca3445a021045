import type { Claim } from "../core/job.ts";
import type { Completion, Store, StoreTransaction } from "../core/store.ts";
import { findAnswer, findApprovals, findWaits } from "./approvals.ts";
import { findDelivery, findDeliveryKey, listDeliveries } from "./deliveries.ts";
import type { Asks } from "./asks.ts";
import { createAsks, writeAsks } from "./asks.ts";
import { lockAll, ReachesFurther } from "./decisions.ts";
import type { Engine, Tables } from "./engine.ts";
import { claimJob, finishJob, giveBackJob, holdsJob, listJobs, renewJob } from "./jobs.ts";
import { appendAtOnce, appendChunk, listChunks } from "./logs.ts";
import { knownDeliveries, listHooks, listRecoveries } from "./hooks.ts";
import { beat, findPlace, findRefusals, findRequest, keepSecret } from "./marks.ts";
import { listWeights, pruneSlice } from "./prune.ts";
import { persist } from "./retry.ts";
import { findRepositoryFile, listRepositoryFiles } from "./repository-files.ts";
import { findRun, findRunsAt, findRunsOfBranch, findRunThatPushed, listRuns } from "./runs.ts";
import { findSchedule } from "./schedules.ts";
import { listTurnedAway } from "./turned-away.ts";
import type { OnAsked } from "./transaction.ts";
import { createTransaction } from "./transaction.ts";
import { findLedger, findOutlook } from "./turns.ts";
import { listWebhookKeys } from "./webhook-keys.ts";
import { findNextWatch, findPolling, listDueWatches, listWatches } from "./watches.ts";

/** The strictest forge waits 5 s for its answer. */
const RECORD_DEADLINE_MS = 3_000;

/** Undoes a transaction whose claim is lost. */
class ClaimLost extends Error {}

/** What one try of a transaction asks for, and whether it decides about more than one repository. */
interface Scope {
  readonly asks: Asks;
  readonly all: boolean;
}

type Step<T> = (tables: Tables, scope: Scope) => Promise<T>;

/** The Store over an engine whose tables are up to date. */
export function createStore(engine: Engine, onAsked: OnAsked): Store {
  /** Claims whose job is over: whoever gives one back to make sure asks nobody. */
  const over = new WeakSet<Claim>();

  /** One statement that may be written once only. */
  const once = <T>(query: () => Promise<T>): Promise<T> => persist(engine, query);

  /** Reads, or a write that says the same when it is said twice. */
  const run = <T>(query: () => Promise<T>): Promise<T> => persist(engine, query, { harmless: true });

  const attempt = <T>(step: Step<T>, scope: Scope): Promise<T> =>
    persist(engine, () =>
      engine.db.transaction().execute(async (db) => {
        try {
          return await step({ ...engine, db }, scope);
        } catch (error) {
          // From here on nothing is tried again by itself: what the step did outside the store is not ours to repeat.
          throw engine.translate(error);
        }
      }),
    );

  /** One transaction; those who wait for its jobs hear of them after it is on disk. */
  const transact = async <T>(step: Step<T>): Promise<T> => {
    let asks = createAsks();
    const outcome = await attempt(step, { asks, all: false }).catch((error: unknown) => {
      if (!(error instanceof ReachesFurther)) throw error;
      asks = createAsks();
      return attempt(step, { asks, all: true });
    });
    for (const { stage, subject, delay } of asks.list()) if (delay === 0) onAsked(stage, subject);
    return outcome;
  };

  /**
   * One transaction of whoever holds a job. Whether the claim holds is asked at its end, by what locks the job: until then
   * it can be renewed, or be lost, and then all of the step is undone. Where nobody else writes meanwhile it is asked
   * before.
   */
  const fenced = async <T>(
    claim: Claim,
    step: Step<T>,
    end: (tables: Tables, asks: Asks) => Promise<boolean>,
  ): Promise<T | "lost"> => {
    const lost = new ClaimLost();
    try {
      return await transact(async (tables, scope) => {
        if (!tables.locksRows && !(await holdsJob(tables, claim))) throw lost;
        const outcome = await step(tables, scope);
        if (!(await end(tables, scope.asks))) throw lost;
        return outcome;
      });
    } catch (error) {
      if (error === lost) return "lost";
      // What a step that is not ours any more ran into is nobody's trouble.
      if (engine.locksRows && !(await run(() => holdsJob(engine, claim)))) return "lost";
      throw error;
    }
  };

  return {
    async record(arrival, { deadline = RECORD_DEADLINE_MS } = {}) {
      const { recorded, asked } = await engine.record(arrival, deadline);
      if (asked !== undefined) onAsked("match", asked);
      return recorded;
    },

    claim: (stage, options) => once(() => claimJob(engine, stage, options)),
    renew: (claim, lease) => run(() => renewJob(engine, claim, lease)),
    giveBack: async (claim, options) =>
      over.has(claim) ? "lost" : once(() => giveBackJob(engine, claim, options)),
    complete: async <T>(
      claim: Claim,
      step: (transaction: StoreTransaction) => Promise<T>,
      completion: Completion = {},
    ) => {
      const outcome = await fenced(
        claim,
        (tables, scope) => step(createTransaction(tables, scope)),
        async (tables, asks) => {
          if (!(await writeAsks(tables, asks.list(), claim))) return false;
          const finished = await finishJob(tables, claim, completion);
          if (finished === "due") asks.add({ stage: claim.stage, subject: claim.subject, delay: 0 });
          return finished !== "lost";
        },
      );
      over.add(claim);
      return outcome;
    },
    write: (claim, step) =>
      fenced(
        claim,
        (tables, scope) => step(createTransaction(tables, scope)),
        async (tables, asks) => {
          const wanted = asks.list();
          if (wanted.length > 0) return writeAsks(tables, wanted, claim);
          return !tables.locksRows || holdsJob(tables, claim, { lock: true });
        },
      ),
    change: (step) =>
      transact(async (tables, scope) => {
        const outcome = await step(createTransaction(tables, scope));
        await writeAsks(tables, scope.asks.list());
        return outcome;
      }),
    jobs: (options) => run(() => listJobs(engine, options)),

    async appendLog(claim, id, text, limit) {
      if (await once(() => appendAtOnce(engine, claim, { run: id, text, limit }))) return "ok";
      return transact(async (tables) => {
        // Locked from the beginning, so that pieces that are written at once are counted one after another.
        if (!(await holdsJob(tables, claim, { lock: true }))) return "lost";
        await appendChunk(tables, id, text, limit);
        return "ok";
      });
    },
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

    prune: (claim, what, slice) =>
      transact(async (tables) => {
        // What is found not to be needed must not come to be needed before it is gone.
        if (tables.locksRows) await lockAll(tables);
        if (!(await holdsJob(tables, claim, { lock: true }))) return "lost";
        return pruneSlice(tables, what, slice);
      }),
    weigh: (what, options) => run(() => listWeights(engine, what, options)),

    turnedAway: () => run(() => listTurnedAway(engine)),
    schedule: (key) => run(() => findSchedule(engine, key)),

    secret: (name, make) => transact((tables) => keepSecret(tables, name, make)),
    check: () => run(() => beat(engine)),
    close: () => engine.close(),
  };
}
