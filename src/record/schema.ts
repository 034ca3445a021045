import type { Generated } from "kysely";

import type { Reading } from "../core/delivery.ts";
import type { Stage } from "../core/job.ts";
import type { Outcome } from "../core/kept-hook.ts";
import type { RunState, WaitsFor } from "../core/run.ts";
import type { Request } from "../core/store.ts";
import type { Level } from "../core/webhooks.ts";
import type { WatchSource } from "../core/watch.ts";

/** The tables. Times are milliseconds since 1970 by the store's own clock, flags are 0 or 1, JSON is kept as text. */
export interface Database {
  deliveries: DeliveryTable;
  decisions: DecisionTable;
  jobs: JobTable;
  runs: RunTable;
  log_chunks: LogChunkTable;
  requests: RequestTable;
  places: PlaceTable;
  refusals: RefusalTable;
  approvals: ApprovalTable;
  waits: WaitTable;
  answers: AnswerTable;
  postponed: PostponedTable;
  watches: WatchTable;
  pollings: PollingTable;
  schedules: ScheduleTable;
  turned_away: TurnedAwayTable;
  secrets: SecretTable;
  pulse: PulseTable;
  webhooks: WebhookTable;
  recoveries: RecoveryTable;
  webhook_keys: WebhookKeyTable;
  repository_files: RepositoryFileTable;
}

/** Unique on forge, door and delivery id: the insert is the dedupe. */
export interface DeliveryTable {
  id: Generated<number>;
  forge: string;
  door: string;
  delivery_id: string;
  event: string;
  /** JSON object. */
  headers: string;
  rewritten: number;
  reading: Reading["kind"];
  reason: string;
  received_at: number;
  /** Absent on light rows and once pruned. The last column, so that the others are read without it. */
  body: Uint8Array | null;
}

/** What was decided about a delivery; beside it, so that writing this down does not write the body again. */
export interface DecisionTable {
  delivery: number;
  /** JSON array of decisions. */
  decisions: string;
}

export interface JobTable {
  stage: Stage;
  subject: string;
  revision: number;
  attempts: number;
  /** When it may be claimed: when it is due or, while it is held, when its lease runs out. Null: parked. */
  ready_at: number | null;
  /** Present while it is held. */
  lease_token: string | null;
  /** 1 when the claim before ran out while it was held. */
  taken_over: number;
  /** When a second look at it is due, if one was asked for. */
  again_at: number | null;
  /** Why it was given back last. */
  error: string;
}

export interface RunTable {
  id: Generated<number>;
  key: string;
  automation: string;
  forge: string;
  delivery: string;
  /** JSON of the event, the repository and the actor. */
  event: string;
  repo: string;
  actor: string;
  repo_id: string;
  /** As `threadKey` writes it, here and below. */
  thread: string | null;
  sha: string | null;
  ref: string | null;
  publishes: number;
  context: string;
  label: string | null;
  comments: number;
  depth: number;
  state: RunState;
  reason: string;
  attempts: number;
  created_at: number;
  started_at: number | null;
  command_started_at: number | null;
  finished_at: number | null;
  cancel_requested: string | null;
  exit_code: number | null;
  branch: string | null;
  pushed_sha: string | null;
  /** JSON of its number and url. */
  pull_request: string | null;
  follows: number | null;
  concurrency_group: string | null;
  /** As `writeTags` writes them. */
  tags: string | null;
  agent: string | null;
  result: string | null;
  /** JSON of a Usage. */
  usage: string | null;
  /** JSON of its automation, where the repository's own file has it. */
  written: string | null;
  pause_requested: string | null;
  waits_for: WaitsFor | null;
  /** Milliseconds that its attempts took before the one that began at `started_at`. */
  earlier: Generated<number>;
  /** Keys of the places that show it, written anew with every change of the run. */
  status_place: string | null;
  comment_place: string | null;
  labels_place: string | null;
}

export interface LogChunkTable {
  run: number;
  seq: number;
  text: string;
  /** Bytes of the run's log up to here. */
  bytes: number;
  /** 1 on the line that says that the rest was dropped: nothing follows. */
  full: number;
}

export interface RequestTable {
  automation: string;
  forge: string;
  repo: string;
  thread: string;
  generation: number;
  state: Request["state"];
  delivery: string;
  labelling: string | null;
  run: number | null;
}

export interface PlaceTable {
  key: string;
  comment_id: string | null;
  reported: string | null;
  refused: string | null;
  reported_at: number | null;
}

export interface RefusalTable {
  forge: string;
  repo: string;
  thread: string;
  repo_name: string;
  /** JSON of the actor. */
  actor: string;
  text: string;
}

/** Unique on all but who said it, by which comment and when. */
export interface ApprovalTable {
  automation: string;
  forge: string;
  repo: string;
  thread: string;
  sha: string;
  /** JSON of the actor. */
  actor: string;
  comment: string;
  approved_at: number;
}

/** Unique on all but the name of the repository and the time. */
export interface WaitTable {
  automation: string;
  forge: string;
  repo: string;
  thread: string;
  sha: string;
  delivery: string;
  repo_name: string;
  began_at: number;
}

/** Deliveries that wait for the end of a run. */
export interface PostponedTable {
  automation: string;
  forge: string;
  repo: string;
  thread: string;
  delivery: string;
}

/** One for an issue or pull request. An empty text: nothing is answered any more. */
export interface AnswerTable {
  forge: string;
  repo: string;
  thread: string;
  repo_name: string;
  /** JSON of the actor. */
  actor: string;
  text: string;
  /** 1 when what is told only once was told. */
  once: number;
}

/** Unique on forge and repository. Times are by the poller's clock. */
export interface WatchTable {
  forge: string;
  repo: string;
  full_name: string;
  source: WatchSource;
  due_at: number;
  cost: number | null;
  webhook_at: number | null;
  missed_at: number | null;
  /** The poller's own text. The last column, so that the others are read without it. */
  memory: string;
}

/** The poller's own text for a whole forge. */
export interface PollingTable {
  forge: string;
  state: string;
}

/** Unique on all but the time, which is by the clock of whoever looked. */
export interface ScheduleTable {
  automation: string;
  cron: string;
  timezone: string;
  seen_until: number;
}

/** Unique on forge, address and reason. */
export interface TurnedAwayTable {
  forge: string;
  address: string;
  reason: string;
  count: number;
  first_at: number;
  last_at: number;
}

export interface SecretTable {
  name: string;
  value: string;
}

/** One row that is written to see whether the store can be written. */
export interface PulseTable {
  id: number;
  beat_at: number;
}

/** The webhooks that we look after. */
export interface WebhookTable {
  forge: string;
  level: Level;
  name: string;
  url: string;
  secret_digest: string | null;
  connected_at: number;
  checked_at: number | null;
  found: string;
  healed_until: number;
}

/** Secrets of private addresses of automations, the newest of an address last. */
export interface WebhookKeyTable {
  id: Generated<number>;
  forge: string;
  automation: string;
  key: string;
  made_at: number;
  ends_at: number | null;
}

/** What was lost of a webhook and asked for again. */
export interface RecoveryTable {
  forge: string;
  level: Level;
  name: string;
  attempt: string;
  delivery_id: string | null;
  lost_at: number;
  outcome: Outcome;
  tries: number;
}

/** The own config files of repositories. Unique on forge and repository. `asked_at` is by the clock of who asked. */
export interface RepositoryFileTable {
  forge: string;
  repo_id: string;
  /** JSON of the repository. */
  repo: string;
  branch: string;
  sha: string | null;
  text: string | null;
  /** JSON array of problems. */
  problems: string;
  mended: number;
  asked_at: number;
}
