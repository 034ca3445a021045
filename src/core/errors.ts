/** Every code an error of ours can have, with its meaning. `docs/errors.md` lists the same; a test compares. */
export const ERROR_CODES = {
  CONFIG_INVALID: "The configuration has problems; each is listed with its path.",
  STORE_BUSY: "The store could not be written before the deadline.",
  STORE_UNAVAILABLE: "The store cannot be opened, read or written.",
  STORE_FULL: "The disk of the store has no room left.",
  QUEUE_UNREACHABLE: "The server of the queue did not answer, or the connection failed.",
  QUEUE_REFUSED: "The server of the queue answered that it will not let us do this.",
  BACKUP_FAILED: "The backup could not be made, and nothing was written.",
  CLAIM_LOST: "Another worker took over the job, so this one may not write.",
  FORGE_UNREACHABLE: "The forge did not answer in time, or the connection failed.",
  FORGE_FAILING: "The forge answered that it has trouble of its own.",
  FORGE_REFUSED: "The forge answered that it will not do this.",
  FORGE_NOT_FOUND: "The forge does not know this, or the token may not see it.",
  FORGE_RATE_LIMITED: "The forge asks us to wait.",
  FORGE_AUTH_FAILED: "The forge does not accept our credentials.",
  FORGE_ANSWER_UNREADABLE: "The forge answered something that we cannot read.",
  FORGE_REDIRECTED: "The forge sent us to another address, which we do not follow.",
  FORGE_BREAKER_OPEN: "The forge failed several times in a row, so we wait before we ask again.",
  GIT_FAILED: "Git could not do its part: clone, fetch, commit or push.",
  COMMAND_NOT_STARTED: "The command could not be started.",
  RUN_MOVE_ILLEGAL: "A run cannot go from its state to that one.",
  NOT_FOUND: "There is nothing of that name here.",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * An error with a stable code. The message says what happened, what it means and what to do, in words for the
 * person who runs Forgehand; it holds no secret. `retryable` says whether the same call may go through later.
 */
export class ForgehandError extends Error {
  override readonly name = "ForgehandError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** Milliseconds to wait before trying again, where the other side said so. */
  readonly retryAfter?: number;

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryable?: boolean; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
  }
}

/** Whether the store is to blame, so that the same may be asked again soon. */
export function isStoreTrouble(code: unknown): boolean {
  return code === "STORE_BUSY" || code === "STORE_UNAVAILABLE" || code === "STORE_FULL";
}

/** Whether nothing can be written since the disk is full: by nobody, so that no other worker takes over what we hold. */
export function isStoreFull(error: unknown): boolean {
  return error instanceof ForgehandError && error.code === "STORE_FULL";
}

/** Whether trying again could help. Unknown errors are ours and may pass: they are tried again. */
export function isRetryable(error: unknown): boolean {
  return error instanceof ForgehandError ? error.retryable : true;
}

/** The sentence of an error, for logs and reports. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
