import type { Body } from "../stand-in/route.ts";
import { textIn } from "../stand-in/route.ts";
import type { Status } from "../stand-in/state.ts";
import { invalid } from "./answer.ts";

const STATES = ["notSet", "pending", "succeeded", "failed", "error", "notApplicable"];

/** A status as it was sent, with genre and name as one context. Throws 400 where a part is missing or unknown. */
export function statusIn(body: Body): Pick<Status, "state" | "context" | "description" | "targetUrl"> {
  const { context } = body;
  const parts = typeof context === "object" && context !== null ? { ...context } : {};
  const name = "name" in parts && typeof parts.name === "string" ? parts.name : "";
  const genre = "genre" in parts && typeof parts.genre === "string" ? parts.genre : "";
  const state = textIn(body, "state") ?? "";
  if (name === "") throw invalid("the context of a status needs a name");
  if (!STATES.includes(state)) throw invalid(`the state ${state} is not known`);
  return {
    state,
    context: genre === "" ? name : `${genre}/${name}`,
    description: textIn(body, "description") ?? null,
    targetUrl: textIn(body, "targetUrl") ?? null,
  };
}
