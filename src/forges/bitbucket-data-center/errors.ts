import { z } from "zod";

import type { Refusal } from "../shared/json-api.ts";
import { AnswerError, shortened } from "../shared/refusals.ts";

/** How Bitbucket says no: a sentence, and the name of a Java class that says what kind of no. */
const Body = z.object({
  errors: z.array(z.object({ message: z.string().nullish(), exceptionName: z.string().nullish() })),
});

/** Milliseconds that we wait at most: for an account that may ask nothing, Bitbucket names absurd times. */
const LONGEST_WAIT = 10 * 60_000;

/** The coded error of an answer that is no success, with what tells one refusal from another. */
export class BitbucketError extends AnswerError {
  readonly data: unknown;
  readonly #exceptions: readonly string[];

  constructor(forge: string, { status, headers, data, request }: Refusal) {
    const errors = Body.safeParse(data).data?.errors ?? [];
    const exceptions = errors.flatMap(({ exceptionName }) => exceptionName ?? []);
    const message = shortened(errors.flatMap(({ message: said }) => said ?? []).join("; "));
    // Bitbucket answers 401 to an account that it knows and that lacks a right.
    const forbidden = status === 403 || names(exceptions, "AuthorisationException");
    const answer = { status, headers, message, request, forbidden, longestWait: LONGEST_WAIT };
    // A commit that was just pushed may not be visible everywhere.
    super(forge, answer, names(exceptions, "NoSuchCommitException"));
    this.data = data;
    this.#exceptions = exceptions;
  }

  /** Whether Bitbucket named an exception, such as `DuplicatePullRequestException`. */
  names(exception: string): boolean {
    return names(this.#exceptions, exception);
  }

  /** Whether the address itself is unknown, as on an older server, and not the thing that it names. */
  get isUnknownAddress(): boolean {
    const isAboutThing = this.#exceptions.some((name) => name.startsWith("com.atlassian."));
    return this.status === 405 || (this.status === 404 && !isAboutThing);
  }
}

function names(exceptions: readonly string[], exception: string): boolean {
  return exceptions.some((name) => name.endsWith(`.${exception}`));
}

/** Whether an older server does not know the address that was asked. */
export function isUnknownAddress(error: unknown): boolean {
  return error instanceof BitbucketError && error.isUnknownAddress;
}

/**
 * Whether Bitbucket did what it was asked and stumbled only over telling it: it reads the answer while it still writes the
 * webhook. Source: vriesdemichael/bitbucket-data-center-cli, which met it on a server of its own.
 */
export function isStumble(error: unknown): boolean {
  return (
    error instanceof BitbucketError &&
    error.status === 400 &&
    error.names("JsonMappingException") &&
    error.message.includes("java.util.ConcurrentModificationException")
  );
}

/** Whether our edit was based on a version that is not the newest any more, or something is there already. */
export function isConflict(error: unknown): boolean {
  return error instanceof BitbucketError && error.status === 409;
}
