import { ForgehandError, messageOf } from "../../core/errors.ts";
import { AnswerError } from "../shared/refusals.ts";

/** What Octokit throws for an answer that is not a success. */
interface RequestError extends Error {
  readonly status: number;
  readonly request: { readonly method: string; readonly url: string };
  readonly response?: {
    readonly headers: Readonly<Record<string, string | number | undefined>>;
    readonly data: unknown;
  };
}

/** The coded error behind whatever Octokit threw, with its verdict on trying again. */
export function errorFrom(forge: string, error: unknown): ForgehandError {
  const ours = oursIn(error);
  if (ours !== undefined) return ours;
  if (isRequestError(error) && error.response !== undefined) {
    const { status, request, response } = error;
    const message = reasonOf(response.data);
    const answer = {
      status,
      headers: response.headers,
      message,
      request: `${request.method} ${new URL(request.url).pathname}`,
    };
    // A commit that was just pushed may not be visible everywhere: that refusal alone may pass.
    return new AnswerError(forge, answer, status === 422 && /no commit found/i.test(message));
  }
  // No answer and no fault of the network: the credentials themselves do not work, such as a key that is none.
  const message = `${forge} could not be asked: ${messageOf(error)}. Check the credentials of this forge in the config.`;
  return new ForgehandError("FORGE_AUTH_FAILED", message, { cause: error });
}

/** Whether it is the answer to a conditional request that nothing changed. */
export function isUnchanged(error: unknown): boolean {
  return isRequestError(error) && error.status === 304;
}

/** Our fetch throws coded errors, which Octokit wraps. */
function oursIn(error: unknown): ForgehandError | undefined {
  if (error instanceof ForgehandError) return error;
  return error instanceof Error && error.cause !== undefined ? oursIn(error.cause) : undefined;
}

function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && "status" in error && "request" in error;
}

/** GitHub's own sentence: `message`, with what each of `errors` says. */
function reasonOf(data: unknown): string {
  if (typeof data !== "object" || data === null || !("message" in data)) return "";
  const errors: readonly unknown[] = "errors" in data && Array.isArray(data.errors) ? data.errors : [];
  const details = errors.map((error) =>
    typeof error === "object" && error !== null && "message" in error
      ? String(error.message)
      : JSON.stringify(error),
  );
  const reason = [String(data.message), ...details].join("; ");
  return reason.length > 500 ? `${reason.slice(0, 500)}…` : reason;
}
