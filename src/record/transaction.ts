import type { Stage } from "../core/job.ts";
import type { StoreTransaction } from "../core/store.ts";
import { clearAnswer, insertApproval, insertWait, removeWaits, saveAnswer } from "./approvals.ts";
import { findDelivery, keepDecisions } from "./deliveries.ts";
import type { Asks } from "./asks.ts";
import type { About } from "./decisions.ts";
import { createTurns } from "./decisions.ts";
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
 * The steps over the tables of one transaction. Where several write at once, only one at a time decides about the runs of a
 * repository and what belongs to them, from the first such step to its end: what it reads there stays true until then.
 * Deliveries, jobs, places and the body of what was found are not part of that, so that most transactions go on side by
 * side. `all`: this one decides about more than one repository, as came out when it was done before.
 */
export function createTransaction(
  tables: Tables,
  { asks, all }: { asks: Asks; all: boolean },
): StoreTransaction {
  const ask: StoreTransaction["ask"] = (stage, subject, { delay = 0 } = {}) => {
    asks.add({ stage, subject, delay });
    return Promise.resolve();
  };
  const known: KnownRuns = new Map();
  const decided: Tables = { ...tables, known };
  const turns = createTurns(tables, known, { all });
  /** The query once it is our turn to decide about what it is of. */
  const inTurn =
    <Given extends readonly unknown[], Result>(
      query: (tables: Tables, ...given: Given) => Promise<Result>,
      about: (...given: Given) => About,
    ): ((...given: Given) => Promise<Result>) =>
    async (...given) => {
      await turns.about(about(...given));
      return query(decided, ...given);
    };
  const here = ({ forge, repo }: { readonly forge: string; readonly repo: string }): About => ({
    forge,
    repo,
  });
  const ofRun = (run: number): About => ({ run });
  const anywhere = (): About => "all";
  const addRun = inTurn(insertRun, ({ forge, repo }) => ({ forge, repo: repo.id }));
  const waitsFor = inTurn(findWaitsFor, ofRun);
  const missed = inTurn(noteMissed, anywhere);
  return {
    ask,
    delivery: (key) => findDelivery(tables, key),
    keepDecisions: (delivery, decisions) => keepDecisions(tables, delivery, decisions),
    request: inTurn(findRequest, here),
    saveRequest: inTurn(saveRequest, here),
    run: inTurn(findRun, ofRun),
    addRun: async (run) => {
      const outcome = await addRun(run);
      if (outcome.added) await ask("run", String(outcome.run.id));
      return outcome;
    },
    runOf: inTurn(findRunOf, anywhere),
    activeRuns: inTurn(findActiveRuns, here),
    newestRun: inTurn(findNewestRun, here),
    activeInGroup: inTurn(findActiveInGroup, anywhere),
    waitsFor: async (id, slots) => {
      await turns.about({ run: id });
      // Groups and the slots of an automation are those of all repositories.
      const run = await findRun(decided, id);
      if (run?.group !== undefined || slots.automation !== undefined) await turns.about("all");
      return waitsFor(id, slots);
    },
    line: async (of, what) => {
      await turns.about(
        what === "group" && of.group !== undefined ? "all" : { forge: of.forge, repo: of.repo.id },
      );
      return findLine(decided, of, what);
    },
    ledger: inTurn(findLedger, anywhere),
    moveRun: inTurn(moveRun, ofRun),
    noteRun: inTurn(noteRun, ofRun),
    commandStarted: (id, facts) => {
      known.delete(id);
      return noteCommandStart(tables, id, facts);
    },
    place: (key) => findPlace(tables, key),
    savePlace: (place) => savePlace(tables, place),
    refuse: inTurn(insertRefusal, here),
    postpone: inTurn(insertPostponed, here),
    takePostponed: inTurn(removePostponed, here),
    approve: inTurn(insertApproval, here),
    wait: inTurn(insertWait, here),
    endWaits: inTurn(removeWaits, here),
    answer: inTurn(saveAnswer, here),
    endAnswer: inTurn(clearAnswer, here),
    saveHook: inTurn(saveHook, anywhere),
    noteHook: inTurn(noteHook, anywhere),
    removeHook: inTurn(removeHook, anywhere),
    saveRecovery: inTurn(saveRecovery, anywhere),
    addWebhookKey: inTurn(addWebhookKey, anywhere),
    removeWebhookKeys: inTurn(removeWebhookKeys, anywhere),
    saveRepositoryFile: (file) => saveRepositoryFile(tables, file),
    keepFinding: async (arrival) => {
      const key = await insertFinding(tables, arrival);
      if (key === undefined) return "duplicate";
      await ask("match", key);
      return "recorded";
    },
    watch: inTurn(addWatch, anywhere),
    unwatch: inTurn(removeWatch, anywhere),
    noteWebhook: inTurn(noteWebhook, anywhere),
    noteMissed: async (seen) => {
      if (await missed(seen)) await ask("poll", seen.forge);
    },
    saveLook: inTurn(saveLook, anywhere),
    noteTurnedAway: inTurn(addTurnedAway, anywhere),
    saveSchedule: inTurn(saveSchedule, anywhere),
    savePolling: inTurn(savePolling, anywhere),
  };
}
