import type { Status, StatusState } from "../../core/status.ts";
import { cut } from "../../core/text.ts";

/** The states of a commit status as GitHub made them up and others took them over: none for cancelled. */
export const STATES: Readonly<Record<StatusState, string>> = {
  pending: "pending",
  success: "success",
  failure: "failure",
  error: "error",
  cancelled: "error",
};

/** A status's sentence within the forge's limit, with the word for a state that is not there. */
export function descriptionOf({ state, description }: Status, limit: number): string {
  const unsaid = state === "cancelled" && !/cancelled/i.test(description);
  return cut(unsaid ? `Cancelled: ${description}` : description, limit);
}
