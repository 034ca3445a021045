import type { Schedule, Slots } from "./automation.ts";
import type { Decision } from "./decision.ts";
import type { Ledger } from "./budget.ts";
import type { Delivery, Reading, Recorded } from "./delivery.ts";
import type { Actor, Thread } from "./event.ts";
import type { Claim, Job, Stage } from "./job.ts";
import type { HookFacts, HookKey, KeptHook, Recovery } from "./kept-hook.ts";
import type { Prunable, Pruned, PruneSlice, Weight } from "./prune.ts";
import type { KeptFile } from "./repository-file.ts";
import type { NewRun, Run, RunFacts, RunMove, RunState, WaitsFor } from "./run.ts";
import type { WebhookDoor, WebhookKey } from "./webhook-key.ts";
import type { RememberedWatch, Watch } from "./watch.ts";

/** A delivery with what was read, and whether any automation could ever want it. */
export interface Arrival {
  readonly delivery: Delivery;
  readonly reading: Reading;
  /** False: kept as a light row without body and without a `match` job. */
  readonly wanted: boolean;
}

/** A delivery as it is kept. `body` is absent on light rows and once it was pruned. */
export interface KeptDelivery extends Omit<Delivery, "body"> {
  /** Its own key on this installation, a number as text: subject of its `match` job. */
  readonly key: string;
  readonly body?: Uint8Array;
  readonly reading: Reading["kind"];
  /** Why it was ignored or unreadable; empty for an event. */
  readonly reason: string;
  /** What was decided about it; absent until it was matched. */
  readonly decisions?: readonly Decision[];
}

/**
 * Why a delivery has no body: it was `light` from the beginning, since no automation could want it, or it was `pruned` since.
 * Whatever was matched or could not be read had one.
 */
export function whyBodyless({
  reading,
  decisions,
}: Pick<KeptDelivery, "reading" | "decisions">): "light" | "pruned" {
  return decisions !== undefined || reading === "unreadable" ? "pruned" : "light";
}

/** What is said of a body that was pruned. */
export const BODY_PRUNED =
  "Its body was pruned for its age, or since there were too many: `retention.bodies` in the config says how long they are kept.";

/** What is said of a body that was never kept. */
export const BODY_UNWANTED = "No automation wanted it when it came, so its body was not kept.";

/**
 * A trigger label's request: one row for automation, forge, repository and thread, with a generation. It opens when
 * the label is seen set, is answered by a run or a refusal, and closes when the label is seen absent or our removal
 * of it is confirmed; only then can the next generation open. One of generation 0 never opened: its label was seen absent
 * where a forge tells only that labels were changed, and is new once it is seen set.
 */
export interface Request {
  readonly automation: string;
  readonly forge: string;
  readonly repo: string;
  readonly thread: Thread;
  readonly generation: number;
  readonly state: "open" | "answered" | "closed";
  /** Key of the delivery that opened this generation: matched again when the run before is over. */
  readonly delivery: string;
  /** The forge's id of the labelling that was answered, where it has one. */
  readonly labelling?: string;
  /** The run that answered it; absent for a refusal. */
  readonly run?: number;
}

/** A schedule of an automation. With other times or another time zone it is another one, of which nothing is known. */
export interface ScheduleKey extends Schedule {
  readonly automation: string;
}

export type RequestKey = Pick<Request, "automation" | "forge" | "repo" | "thread">;

/** A branch or a tag that an automation runs on as it is pushed, by its full name. */
export interface RefKey extends Omit<RequestKey, "thread"> {
  readonly ref: string;
}

/** What is known of a place on the forge: what was last reported there, and by which id it is found again. */
export interface PlaceRecord {
  readonly key: string;
  /** The forge's id of the comment, for a comment place. */
  readonly commentId?: string;
  /** What the forge shows there, as far as it confirmed: a status as `writeStatus` has it, a comment's text, a label. */
  readonly reported?: string;
  /** Set when the forge said that it never will; says why. */
  readonly refused?: string;
  readonly reportedAt?: Date;
}

/** Somebody without permission asked; told once for an issue or pull request. */
export interface Refusal {
  readonly forge: string;
  readonly repo: string;
  readonly thread: Thread;
  readonly repoName: string;
  readonly actor: Actor;
  /** The sentence that the comment says. */
  readonly text: string;
}

/** Requests that were turned away alike, since nothing proved who sent them. Neither headers nor bodies are kept. */
export interface TurnedAway {
  /** Names of the forges that they may have meant. */
  readonly forge: string;
  /** The address that they came to, as a pattern such as `/webhooks/:forge`. */
  readonly address: string;
  readonly reason: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** An issue or pull request of a repository of a forge. */
export type ThreadPlace = Pick<Refusal, "forge" | "repo" | "thread">;

/** Somebody's word that an automation may run one commit of a fork, as if it were the repository's own. */
export interface Approval extends RequestKey {
  readonly sha: string;
  readonly actor: Actor;
  /** The forge's id of the comment that says so. */
  readonly comment: string;
}

export type ApprovalKey = RequestKey & Pick<Approval, "sha">;

/** A delivery that starts nothing until somebody approves the head of its pull request. */
export interface Wait extends ApprovalKey {
  readonly repoName: string;
  /** Key of the delivery: matched again when its head is approved. */
  readonly delivery: string;
}

/** A delivery that asks to go on with what a run of an automation is at: it waits until none is active there. */
export interface Postponed extends RequestKey {
  /** Key of the delivery: matched again when the run is over. */
  readonly delivery: string;
}

/** What the comment answers to the command that came last. */
export interface Answer extends ThreadPlace {
  readonly repoName: string;
  readonly actor: Actor;
  /** Markdown of ours; what others wrote stands in it neutralised. */
  readonly text: string;
}

/** What can be foretold of a run. */
export interface Outlook {
  /** Runs that wait and were there before it: of all, or of those that wait for the same as it does. */
  readonly before: number;
  /** Milliseconds that a run of its automation usually takes; absent while none came to its end. */
  readonly usual?: number;
}

/** A piece of a run's log. `seq` grows by one from 1. */
export interface LogChunk {
  readonly seq: number;
  readonly text: string;
}

export interface RunFilter {
  readonly state?: RunState;
  readonly forge?: string;
  readonly repo?: string;
  readonly automation?: string;
  /** `"none"`: those that are about no issue or pull request. */
  readonly thread?: Thread | "none";
  /** Full name of the ref that was pushed. */
  readonly ref?: string;
  /** Only runs with a smaller id, for paging. */
  readonly before?: number;
  /** At most 200. */
  readonly limit: number;
}

/**
 * The steps of one transaction. All or none of them happen. What it reads about runs, requests and what people said there
 * stays true until it ends: others who decide about the same repository wait, so a step does nothing in between that takes
 * long. One that comes to decide about several repositories may be undone and begun anew, so it keeps what it finds out to
 * itself until it is done.
 */
export interface StoreTransaction {
  /**
   * Ask for a job: created, or its revision grows and it is due again. `delay` in milliseconds from the end of the
   * transaction, when it is written.
   */
  ask(stage: Stage, subject: string, options?: { delay?: number }): Promise<void>;

  delivery(key: string): Promise<KeptDelivery | undefined>;
  keepDecisions(delivery: string, decisions: readonly Decision[]): Promise<void>;

  request(key: RequestKey): Promise<Request | undefined>;
  /** Write a request: inserted, or replaced in all but its key. */
  saveRequest(request: Request): Promise<void>;

  run(id: number): Promise<Run | undefined>;
  /** Add a run with its `run` job, unless one of the same key exists: then that one, and `added` is false. */
  addRun(run: NewRun): Promise<{ run: Run; added: boolean }>;
  /** The run of a key. */
  runOf(key: string): Promise<Run | undefined>;
  /** Runs that are not over, of an automation on an issue or pull request, or of the pushes of a ref, oldest first. */
  activeRuns(of: RequestKey | RefKey): Promise<Run[]>;
  /** The newest run of the same, over or not. */
  newestRun(of: RequestKey | RefKey): Promise<Run | undefined>;
  /** Runs that are not over, of a concurrency group, over all automations, oldest first. */
  activeInGroup(group: string): Promise<Run[]>;
  /**
   * What a run has to wait for before it may start; undefined where nothing holds it back, and always while it is running.
   * Whoever asks and then starts it does so in one transaction, so that no other worker comes between.
   */
  waitsFor(id: number, slots: Slots): Promise<WaitsFor | undefined>;
  /** Queued runs that wait for the same as a run does or would, oldest first, without itself; at most ten. */
  line(of: Run, what: WaitsFor): Promise<Run[]>;
  /** What the runs of an automation took within the last 24 hours by the store's clock. */
  ledger(automation: string): Promise<Ledger>;
  /** Move a run by the table of moves and write facts. Times are set here. Throws RUN_MOVE_ILLEGAL. */
  moveRun(id: number, move: RunMove, facts?: RunFacts): Promise<Run>;
  /** Write facts of a run without moving it. */
  noteRun(id: number, facts: RunFacts): Promise<Run>;
  /**
   * Written before the command starts, and counted in `attempts`. Only whoever works on the run says so, and nobody else
   * decides by it, so this goes on beside the decisions of others.
   */
  commandStarted(id: number, facts?: RunFacts): Promise<Run>;

  place(key: string): Promise<PlaceRecord | undefined>;
  savePlace(place: PlaceRecord): Promise<void>;
  /** Keep a refusal for the comment of its issue. False when one was told there already. */
  refuse(refusal: Refusal): Promise<boolean>;

  /** Keep that a delivery waits for the end of a run. Saying it twice is harmless. */
  postpone(postponed: Postponed): Promise<void>;
  /** Forget what waits for the end of a run there; gives back the keys of the deliveries, oldest first. */
  takePostponed(of: RequestKey): Promise<string[]>;

  /** Keep an approval. The first one of an automation and a commit stays. */
  approve(approval: Approval): Promise<void>;
  /** Keep that a delivery waits for an approval. Saying it twice is harmless. */
  wait(wait: Wait): Promise<void>;
  /** Forget what waits for an approval by an automation on a pull request; gives it back, oldest first. */
  endWaits(of: RequestKey): Promise<Wait[]>;
  /**
   * Answer a command in the comment, in place of the answer before. `once`: only where nobody on this issue or pull
   * request was answered so before; false where somebody was.
   */
  answer(answer: Answer, options?: { once?: boolean }): Promise<boolean>;
  /** Take the answer out of the comment again. */
  endAnswer(place: ThreadPlace): Promise<void>;

  /** Look after a webhook: inserted, or replaced in all but its key. */
  saveHook(hook: KeptHook): Promise<void>;
  /** Write the facts that are given. Nothing where the webhook is not looked after any more. */
  noteHook(key: HookKey, facts: HookFacts): Promise<void>;
  /** Forget a webhook and what was lost of it. */
  removeHook(key: HookKey): Promise<void>;
  /** Write what became of a lost delivery: inserted, or replaced in all but its webhook and attempt. */
  saveRecovery(key: HookKey, recovery: Recovery): Promise<void>;

  /** Make a new key for a private address and return it. Those that it had count for `grace` milliseconds more. */
  addWebhookKey(door: WebhookDoor, options: { grace: number }): Promise<string>;
  /** Take its keys from a private address: from then on the secret of its forge counts there. */
  removeWebhookKeys(door: WebhookDoor): Promise<void>;

  /**
   * Write down the own config file of a repository as it was read. False, and nothing written, where one that was asked
   * for later is kept already.
   */
  saveRepositoryFile(file: KeptFile): Promise<boolean>;

  /** Keep a finding with its `match` job. One that was found before changes nothing, and is not matched again. */
  keepFinding(arrival: Arrival): Promise<"recorded" | "duplicate">;
  /** Look at a repository from now on. One that is looked at gets the name and the source, and is due no later than said. */
  watch(watch: Pick<Watch, "forge" | "repo" | "fullName" | "source" | "dueAt">): Promise<void>;
  /** Look at a repository no more, and forget what was seen there. */
  unwatch(watch: Pick<Watch, "forge" | "repo">): Promise<void>;
  /** A webhook of a repository arrived: it is looked at from now on, by the name that it has there. */
  noteWebhook(seen: Pick<Watch, "forge" | "repo" | "fullName"> & { at: Date }): Promise<void>;
  /** A look found what no webhook told of: it is due again at once. */
  noteMissed(missed: Pick<Watch, "forge" | "repo"> & { at: Date }): Promise<void>;
  /** Write down a look. Without a memory what is remembered stands. */
  saveLook(look: Pick<Watch, "forge" | "repo" | "dueAt"> & { cost?: number; memory?: string }): Promise<void>;
  /** Add to what was turned away; of many, the 100 that came last stay. */
  noteTurnedAway(turned: TurnedAway): Promise<void>;
  /** Write down up to when the times of a schedule were seen to. */
  saveSchedule(key: ScheduleKey, seenUntil: Date): Promise<void>;
  /** Write down what the poller keeps for a whole forge. */
  savePolling(forge: string, text: string): Promise<void>;
}

/** What becomes of a job when its step is done. `again`: once more after so many milliseconds, as a second look. */
export interface Completion {
  readonly again?: number;
}

/**
 * Everything durable. Every method may throw STORE_BUSY (not written before the deadline), STORE_FULL (the disk is) or STORE_UNAVAILABLE.
 * Writes that carry a claim are fenced: `"lost"` means that nothing was written, since another worker holds the job. That
 * may come out only after the step was done, whose writes are undone then.
 */
export interface Store {
  /**
   * Keep a delivery and the `match` job it causes, in one transaction: when this resolves it is safe on disk. Saying it
   * twice is harmless: a duplicate adds no row but asks its `match` job again. Deadline in milliseconds; after it
   * STORE_BUSY, though the row may still come to be written.
   */
  record(arrival: Arrival, options?: { deadline?: number }): Promise<Recorded>;

  /**
   * Claim the due job of a stage that waits longest, or of one subject. Runs that ask for other tags than these are left
   * to others. Undefined: nothing is due.
   */
  claim(
    stage: Stage,
    options: { lease: number; subject?: string; tags?: readonly string[] },
  ): Promise<Claim | undefined>;
  /** Hold a claim for another lease. False: it is lost. */
  renew(claim: Claim, lease: number): Promise<boolean>;
  /**
   * Give a job back, due again after a while. A job parked (`after` undefined) waits until it is asked for again.
   * `unsure`: a call that was given up may still reach the forge, so the next claim is told as after a take-over.
   */
  giveBack(
    claim: Claim,
    options: { after: number | undefined; error: string; unsure?: boolean },
  ): Promise<"ok" | "lost">;
  /** One fenced transaction that also ends the job, unless it was asked for again meanwhile. */
  complete<T>(
    claim: Claim,
    step: (transaction: StoreTransaction) => Promise<T>,
    completion?: Completion,
  ): Promise<T | "lost">;
  /** One fenced transaction in the middle of a step. The job stays held. */
  write<T>(claim: Claim, step: (transaction: StoreTransaction) => Promise<T>): Promise<T | "lost">;
  /** One transaction that belongs to no job: for the commands of a person. */
  change<T>(step: (transaction: StoreTransaction) => Promise<T>): Promise<T>;
  /** Jobs of a stage with their troubles, longest waiting first; at most 200. */
  jobs(options: {
    stage?: Stage;
    subject?: string;
    limit: number;
  }): Promise<(Job & { dueAt?: Date; error: string; held: boolean })[]>;

  /** Add to a run's log, fenced by its claim. After `limit` bytes in all the rest is dropped with a line that says so. */
  appendLog(claim: Claim, run: number, text: string, limit: number): Promise<"ok" | "lost">;
  /** Pieces of a run's log after `after`, oldest first, at most 200. */
  log(run: number, after: number): Promise<LogChunk[]>;

  delivery(key: string): Promise<KeptDelivery | undefined>;
  /** The key of a delivery that is known by forge, door and id. */
  deliveryKey(known: Pick<Delivery, "forge" | "door" | "id">): Promise<string | undefined>;
  /** Newest first, without bodies; at most 200. */
  deliveries(options: { forge?: string; before?: string; limit: number }): Promise<KeptDelivery[]>;
  run(id: number): Promise<Run | undefined>;
  /** Newest first. */
  runs(filter: RunFilter): Promise<Run[]>;
  /** The newest run of each automation that a place shows, oldest first. */
  runsAt(place: string): Promise<Run[]>;
  /** The newest run that pushed this commit to this repository. */
  runThatPushed(forge: string, repo: string, sha: string): Promise<Run | undefined>;
  /** Runs that pushed to a branch, newest first; at most 200. */
  runsOfBranch(forge: string, repo: string, branch: string): Promise<Run[]>;
  request(key: RequestKey): Promise<Request | undefined>;
  place(key: string): Promise<PlaceRecord | undefined>;
  refusals(forge: string, repo: string, thread: Thread): Promise<Refusal[]>;
  /** Whether an automation may run a commit of a fork. */
  approval(key: ApprovalKey): Promise<Approval | undefined>;
  /** What was approved on a pull request, oldest first. */
  approvals(place: ThreadPlace): Promise<Approval[]>;
  /** What waits for an approval on a pull request, oldest first; heads that were pushed over stay in here. */
  waits(place: ThreadPlace): Promise<Wait[]>;
  /** What the comment answers to the command that came last. */
  answer(place: ThreadPlace): Promise<Answer | undefined>;
  /** What can be foretold of a run, from those before it and the last ones of its automation. Costs two short queries. */
  outlook(run: Pick<Run, "id" | "automation" | "forge" | "repo" | "group" | "waitsFor">): Promise<Outlook>;
  /** What the runs of an automation took within the last 24 hours by the store's clock. */
  ledger(automation: string): Promise<Ledger>;

  /** Which of these ids of deliveries came to the address of a forge, by whatever way. */
  knownDeliveries(forge: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The webhooks that we look after, of one forge or of all, in the order of their forges, levels and names. */
  hooks(forge?: string): Promise<KeptHook[]>;
  /** What a webhook lost since a moment and we asked for again, oldest first. */
  recoveries(key: HookKey, since: Date): Promise<Recovery[]>;

  /** Keys that count now, newest first: those of one private address, or of all. */
  webhookKeys(door?: WebhookDoor): Promise<WebhookKey[]>;

  /** The own config file of a repository, by its id; undefined where nobody looked for one yet. */
  repositoryFile(forge: string, repo: string): Promise<KeptFile | undefined>;
  /** Own config files of the repositories of a forge that have one, by their ids: those after `after`, at most 200. */
  repositoryFiles(forge: string, options: { after?: string; limit: number }): Promise<KeptFile[]>;

  /** Repositories of a forge that are looked at, by id: those after `after`, at most 200. */
  watches(forge: string, options: { after?: string; limit: number }): Promise<Watch[]>;
  /** Those that are due by a time, longest waiting first; at most 200. */
  dueWatches(forge: string, options: { by: Date; limit: number }): Promise<RememberedWatch[]>;
  /** When the next one is due; undefined where none is looked at. */
  nextWatch(forge: string): Promise<Date | undefined>;
  /** What the poller keeps for a whole forge; empty at first. */
  polling(forge: string): Promise<string>;

  /**
   * Prune a slice: one short transaction, fenced by the claim of the walk. Whatever is still needed stays (see `Prunable`),
   * and nothing that stays refers to what went. Saying it twice is harmless.
   */
  prune(claim: Claim, what: Prunable, slice: PruneSlice): Promise<Pruned | "lost">;
  /** What bodies of deliveries or logs of runs weigh, newest first, also those of no weight: those before `below`. */
  weigh(what: "bodies" | "logs", options: { below?: number; limit: number }): Promise<Weight[]>;

  /** What was turned away, newest first; at most 100. */
  turnedAway(): Promise<TurnedAway[]>;
  /** Up to when the times of a schedule were seen to; undefined for one that is new. */
  schedule(key: ScheduleKey): Promise<Date | undefined>;

  /** A secret text of this installation, such as the signing key: made once by `make`, then always the same. */
  secret(name: string, make: () => string): Promise<string>;
  /** Whether the store answers and can be written. Throws what is wrong. */
  check(): Promise<void>;
  close(): Promise<void>;
}
