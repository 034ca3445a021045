import { z } from "zod";

/** What is kept for a whole forge, so that whichever worker polls it goes on where the last one was. */
const State = z.strictObject({
  /** Requests that are still free; absent until the first one. */
  purse: z.object({ left: z.number(), at: z.number() }).optional(),
  /** Nothing is asked before this time, in milliseconds. */
  until: z.number().optional(),
});
export type State = z.infer<typeof State>;

export function readState(text: string): State {
  if (text === "") return {};
  try {
    return State.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
