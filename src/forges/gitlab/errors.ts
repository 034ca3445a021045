import { ForgehandError } from "../../core/errors.ts";
import type { RefusedAnswer } from "../shared/answers.ts";
import { errorOf } from "../shared/answers.ts";

/** Characters of a reason: some are whole pages. */
const LONGEST_REASON = 500;

/**
 * The coded error of an answer that is no success. Its verdict on trying again is that of all forges, with two more
 * that may pass.
 */
export class AnswerError extends ForgehandError {
  readonly status: number;

  constructor(forge: string, answer: RefusedAnswer) {
    const { code, message, retryable, retryAfter } = errorOf(forge, answer);
    super(code, message, {
      retryable: retryable || mayPass(answer),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
    this.status = answer.status;
  }
}

/** Another call holds what this one wants, or a commit that was just pushed is not visible everywhere yet. */
function mayPass({ status, message }: RefusedAnswer): boolean {
  return status === 409 || (status === 404 && /commit not found/i.test(message));
}

/** GitLab's own sentence in a body: `message`, else `error`, a text or made of parts; a bare text for 429. */
export function reasonIn(text: string): string {
  const reason = saidIn(text);
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
}

function saidIn(text: string): string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return text.trim().replace(/\.$/, "");
  }
  if (typeof data !== "object" || data === null) return text;
  const said = "message" in data ? data.message : "error" in data ? data.error : "";
  return typeof said === "string" ? said : JSON.stringify(said);
}

/** Whether GitLab says that the thing is not there, which is what we wanted or can mend. */
export function isGone(error: unknown): boolean {
  return error instanceof ForgehandError && error.code === "FORGE_NOT_FOUND";
}

/** Whether a right is missing. */
export function isForbidden(error: unknown): boolean {
  return isRefusal(error) && error instanceof AnswerError && error.status === 403;
}

/** Whether GitLab understood and will not do it. */
export function isRefusal(error: unknown): error is ForgehandError {
  return error instanceof ForgehandError && error.code === "FORGE_REFUSED";
}
