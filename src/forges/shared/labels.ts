import { z } from "zod";

/** Far more labels than anybody sets: each may become an event, which lists them all again. */
const MOST = 1_000;

/** The labels of a payload. They are counted before they are looked at, so that too many cost nothing. */
export function labelsOf<T>(label: z.ZodType<T>) {
  return z.array(z.unknown()).max(MOST, "more labels than anybody sets").pipe(z.array(label));
}
