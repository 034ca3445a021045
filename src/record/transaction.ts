import type { Stage } from "../core/job.ts";
import type { StoreTransaction } from "../core/store.ts";
import { clearAnswer, insertApproval, insertWait, removeWaits, saveAnswer } from "./approvals.ts";
import { findDelivery, keepDecisions } from "./deliveries.ts";
import type { Tables } from "./engine.ts";
import { noteHook, removeHook, saveHook, saveRecovery } from "./hooks.ts";
import { askQuery } from "./jobs.ts";
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
import { addWebhookKey, endWebhookKeys } from "./webhook-keys.ts";

/** Told of every job that is due at once, when the transaction that asked for it is on disk. */
export type OnAsked = (stage: Stage, subject: string) => void;

/** The steps over the tables of one transaction. */
export function createTransaction(tables: Tables, onAsked: OnAsked): StoreTransaction {
  const ask: StoreTransaction["ask"] = async (stage, subject, { delay = 0 } = {}) => {
    await askQuery(tables, stage, subject, delay).execute(tables.db);
    if (delay === 0) onAsked(stage, subject);
  };
  return {
    ask,
    delivery: (key) => findDelivery(tables, key),
    keepDecisions: (delivery, decisions) => keepDecisions(tables, delivery, decisions),
    request: (key) => findRequest(tables, key),
    saveRequest: (request) => saveRequest(tables, request),
    run: (id) => findRun(tables, id),
    addRun: async (run) => {
      const outcome = await insertRun(tables, run);
      if (outcome.added) await ask("run", String(outcome.run.id));
      return outcome;
    },
    runOf: (key) => findRunOf(tables, key),
    activeRuns: (of) => findActiveRuns(tables, of),
    newestRun: (of) => findNewestRun(tables, of),
    activeInGroup: (group) => findActiveInGroup(tables, group),
    waitsFor: (id, slots) => findWaitsFor(tables, id, slots),
    line: (of, what) => findLine(tables, of, what),
    ledger: (automation) => findLedger(tables, automation),
    moveRun: (id, move, facts = {}) => moveRun(tables, id, move, facts),
    noteRun: (id, facts) => noteRun(tables, id, facts),
    commandStarted: (id) => noteCommandStart(tables, id),
    place: (key) => findPlace(tables, key),
    savePlace: (place) => savePlace(tables, place),
    refuse: (refusal) => insertRefusal(tables, refusal),
    postpone: (postponed) => insertPostponed(tables, postponed),
    takePostponed: (of) => removePostponed(tables, of),
    approve: (approval) => insertApproval(tables, approval),
    wait: (wait) => insertWait(tables, wait),
    endWaits: (of) => removeWaits(tables, of),
    answer: (answer, { once = false } = {}) => saveAnswer(tables, answer, once),
    endAnswer: (place) => clearAnswer(tables, place),
    saveHook: (hook) => saveHook(tables, hook),
    noteHook: (key, facts) => noteHook(tables, key, facts),
    removeHook: (key) => removeHook(tables, key),
    saveRecovery: (key, recovery) => saveRecovery(tables, key, recovery),
    addWebhookKey: (door, { grace }) => addWebhookKey(tables, door, grace),
    removeWebhookKeys: (door) => endWebhookKeys(tables, door, 0),
    saveRepositoryFile: (file) => saveRepositoryFile(tables, file),
    keepFinding: async (arrival) => {
      const key = await insertFinding(tables, arrival);
      if (key === undefined) return "duplicate";
      await ask("match", key);
      return "recorded";
    },
    watch: (watch) => addWatch(tables, watch),
    unwatch: (watch) => removeWatch(tables, watch),
    noteWebhook: (seen) => noteWebhook(tables, seen),
    noteMissed: async (missed) => {
      if (await noteMissed(tables, missed)) await ask("poll", missed.forge);
    },
    saveLook: (look) => saveLook(tables, look),
    noteTurnedAway: (turned) => addTurnedAway(tables, turned),
    saveSchedule: (key, seenUntil) => saveSchedule(tables, key, seenUntil),
    savePolling: (forge, text) => savePolling(tables, forge, text),
  };
}
