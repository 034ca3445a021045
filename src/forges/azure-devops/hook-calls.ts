import { ForgehandError } from "../../core/errors.ts";
import { AnswerError } from "../shared/refusals.ts";
import type { Asked, Line } from "./line.ts";

/** Who may look after service hooks. Source: Azure DevOps docs, "Manage service hooks permissions". */
const NEEDED =
  "Service hooks are looked after by administrators of the project, or by whoever has the permissions View, Edit and " +
  "Delete subscriptions of the namespace ServiceHooks, with a token of the scopes Code (read) and Work Items (read).";

/** Asks about service hooks, below `/_apis/hooks`. A refusal says which rights are needed. */
export async function askHooks<T>(line: Line, asked: Asked<T>): Promise<T> {
  try {
    return await line.ask({ ...asked, path: `/_apis/hooks${asked.path}` });
  } catch (error) {
    if (!isMissingRight(error)) throw error;
    throw new ForgehandError(error.code, `${error.message} ${NEEDED}`, { cause: error });
  }
}

/** Services answer 401 where a token is good and its scope too small, though it also means a bad token. */
function isMissingRight(error: unknown): error is AnswerError {
  return error instanceof AnswerError && !error.retryable && (error.status === 401 || error.status === 403);
}
