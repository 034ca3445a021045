/** What is looked at in a repository, since an automation there could come of it. */
export interface Wanted {
  readonly issues: boolean;
  readonly pullRequests: boolean;
  /** Whether new heads of pull requests count: some lists do not tell them, so that each has to be asked for. */
  readonly heads: boolean;
  readonly branches: boolean;
  /** The trigger labels there. */
  readonly labels: readonly string[];
}

/** Why a repository is looked at: we were let in, the owner listed it, or a webhook told of it. */
export type WatchSource = "installed" | "listed" | "seen";

/** A repository that the poller looks at from time to time: one row for forge and repository. */
export interface Watch {
  readonly forge: string;
  /** Id of the repository. */
  readonly repo: string;
  readonly fullName: string;
  readonly source: WatchSource;
  /** When it is looked at next. */
  readonly dueAt: Date;
  /** Requests that the last look took; absent before the first. */
  readonly cost?: number;
  /** When a webhook of it arrived last. */
  readonly webhookAt?: Date;
  /** When a look last found what a webhook should have told. */
  readonly missedAt?: Date;
}

/** A watch with the text that the poller wrote at its last look; empty before the first. */
export interface RememberedWatch extends Watch {
  readonly memory: string;
}
