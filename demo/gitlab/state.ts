import type { Account, Repository, State, Thread } from "../stand-in/state.ts";

/** A pipeline that carries statuses of a commit. `external`: made for the statuses of others. */
export interface Pipeline {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly source: "external" | "push" | "merge_request_event";
}

export const JOB_STATES = ["pending", "running", "success", "failed", "canceled", "skipped"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A row of statuses: what is shown under one name in one pipeline. A row that is over is not used again. */
export interface Job {
  readonly id: number;
  readonly repository: Repository;
  readonly pipeline: Pipeline;
  readonly name: string;
  readonly ref: string;
  readonly user: Account;
  state: JobState;
}

/** A quick action that was carried out because a text had it at the beginning of a line. */
export interface Executed {
  readonly thread: Thread;
  readonly actor: Account;
  readonly command: string;
  readonly rest: string;
}

/** All that a stand-in for GitLab knows. */
export interface GitLabState extends State {
  /** Whose access token it is, by token. */
  readonly tokens: ReadonlyMap<string, Account>;
  /** Oldest first. */
  readonly pipelines: Pipeline[];
  readonly jobs: Job[];
  readonly executed: Executed[];
  /** Logins of those who administer the server. */
  readonly administrators: Set<string>;
}

/** The two rows in which GitLab counts: there is an issue 1 and a merge request 1. */
export type Row = "issues" | "merge_requests";

export function rowOf({ pull }: Thread): Row {
  return pull === undefined ? "issues" : "merge_requests";
}

export function findThread({ threads }: Repository, row: Row, iid: number): Thread | undefined {
  return threads.find((thread) => thread.number === iid && rowOf(thread) === row);
}
