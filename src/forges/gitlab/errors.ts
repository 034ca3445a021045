import type { RefusedAnswer } from "../shared/answers.ts";
import { AnswerError, isRefusal } from "../shared/refusals.ts";

/** The coded error of an answer of GitLab that is no success. */
export function refusalOf(forge: string, answer: RefusedAnswer): AnswerError {
  return new AnswerError(forge, answer, mayPass(answer));
}

/** Another call holds what this one wants, or a commit that was just pushed is not visible everywhere yet. */
function mayPass({ status, message }: RefusedAnswer): boolean {
  return status === 409 || (status === 404 && /commit not found/i.test(message));
}

/** Whether a right is missing. */
export function isForbidden(error: unknown): boolean {
  return isRefusal(error) && error instanceof AnswerError && error.status === 403;
}
