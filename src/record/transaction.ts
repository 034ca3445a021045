import type { Stage } from "../core/job.ts";
import type { StoreTransaction } from "../core/store.ts";
import { clearAnswer, insertApproval, insertWait, removeWaits, saveAnswer } from "./approvals.ts";
import { findDelivery, keepDecisions } from "./deliveries.ts";
import type { Asks } from "./asks.ts";
import { lockDecisions } from "./decisions-lock.ts";
import type { KnownRuns, Tables } from "./engine.ts";
import { noteHook, removeHook, saveHook, saveRecovery } from "./hooks.ts";
import { findPlace, findRequest, insertRefusal, savePlace, saveRequest } from "./marks.ts";
import { saveRepositoryFile } from "./repository-files.ts";
import {
  findActiveInGroup,
  findActiveRuns,
  findNewestRun,
  findRun,
  findRunOf,
  insertRun,
  moveRun,
  noteCommandStart,
  noteRun,
} from "./runs.ts";
import { insertPostponed, removePostponed } from "./postponed.ts";
import { saveSchedule } from "./schedules.ts";
import { addTurnedAway } from "./turned-away.ts";
import { findLedger, findLine, findWaitsFor } from "./turns.ts";
import {
  addWatch,
  insertFinding,
  noteMissed,
  noteWebhook,
  removeWatch,
  saveLook,
  savePolling,
} from "./watches.ts";
import { addWebhookKey, removeWebhookKeys } from "./webhook-keys.ts";

/** Told of every job that is due at once, when the transaction that asked for it is on disk. */
export type OnAsked = (stage: Stage, subject: string) => void;

/**
 * The steps over the tables of one transaction. Where several write at once, only one at a time decides about runs and
 * what belongs to them, from the first such step to its end: what it reads there stays true until then. Deliveries,
 * jobs, places and the body of what was found are not part of that, so that most transactions go on side by side.
 */
export function createTransaction(tables: Tables, asks: Asks): StoreTransaction {
  const ask: StoreTransaction["ask"] = (stage, subject, { delay = 0 } = {}) => {
    asks.add({ stage, subject, delay });
    return Promise.resolve();
  };
  let turn: Promise<void> | undefined;
  const known: KnownRuns = new Map();
  const decided: Tables = { ...tables, known };
  /** The query once it is our turn. */
  const inTurn =
    <Given extends readonly unknown[], Result>(
      query: (tables: Tables, ...given: Given) => Promise<Result>,
    ): ((...given: Given) => Promise<Result>) =>
    async (...given) => {
      if (tables.locksRows) await (turn ??= lockDecisions(tables));
      return query(decided, ...given);
    };
  const addRun = inTurn(insertRun);
  const missed = inTurn(noteMissed);
  return {
    ask,
    delivery: (key) => findDelivery(tables, key),
    keepDecisions: (delivery, decisions) => keepDecisions(tables, delivery, decisions),
    request: inTurn(findRequest),
    saveRequest: inTurn(saveRequest),
    run: inTurn(findRun),
    addRun: async (run) => {
      const outcome = await addRun(run);
      if (outcome.added) await ask("run", String(outcome.run.id));
      return outcome;
    },
    runOf: inTurn(findRunOf),
    activeRuns: inTurn(findActiveRuns),
    newestRun: inTurn(findNewestRun),
    activeInGroup: inTurn(findActiveInGroup),
    waitsFor: inTurn(findWaitsFor),
    line: inTurn(findLine),
    ledger: inTurn(findLedger),
    moveRun: inTurn(moveRun),
    noteRun: inTurn(noteRun),
    commandStarted: (id, facts) => {
      known.delete(id);
      return noteCommandStart(tables, id, facts);
    },
    place: (key) => findPlace(tables, key),
    savePlace: (place) => savePlace(tables, place),
    refuse: inTurn(insertRefusal),
    postpone: inTurn(insertPostponed),
    takePostponed: inTurn(removePostponed),
    approve: inTurn(insertApproval),
    wait: inTurn(insertWait),
    endWaits: inTurn(removeWaits),
    answer: inTurn(saveAnswer),
    endAnswer: inTurn(clearAnswer),
    saveHook: inTurn(saveHook),
    noteHook: inTurn(noteHook),
    removeHook: inTurn(removeHook),
    saveRecovery: inTurn(saveRecovery),
    addWebhookKey: inTurn(addWebhookKey),
    removeWebhookKeys: inTurn(removeWebhookKeys),
    saveRepositoryFile: (file) => saveRepositoryFile(tables, file),
    keepFinding: async (arrival) => {
      const key = await insertFinding(tables, arrival);
      if (key === undefined) return "duplicate";
      await ask("match", key);
      return "recorded";
    },
    watch: inTurn(addWatch),
    unwatch: inTurn(removeWatch),
    noteWebhook: inTurn(noteWebhook),
    noteMissed: async (seen) => {
      if (await missed(seen)) await ask("poll", seen.forge);
    },
    saveLook: inTurn(saveLook),
    noteTurnedAway: inTurn(addTurnedAway),
    saveSchedule: inTurn(saveSchedule),
    savePolling: inTurn(savePolling),
  };
}
