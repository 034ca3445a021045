import type { z } from "zod";

import type { Reading } from "../../core/delivery.ts";
import type { ForgeEvent } from "../../core/event.ts";
import { cut } from "../../core/text.ts";

/** The body of a delivery as data, before a schema was held against it. */
export type PayloadData = Readonly<Record<string, unknown>>;

/** A reason is for a person: no sender makes it longer than these characters, nor list more than these problems. */
const LONGEST = 500;
const MOST_PROBLEMS = 5;

/** Read a body of an event by its schema; what it lacks makes it unreadable, with the places. */
export function read<T>(
  event: string,
  schema: z.ZodType<T>,
  payload: PayloadData,
  translate: (payload: T) => Reading,
): Reading {
  const result = schema.safeParse(payload);
  if (result.success) return translate(result.data);
  const { issues } = result.error;
  const problems = issues.slice(0, MOST_PROBLEMS).map(({ path, message }) => `${path.join(".")}: ${message}`);
  if (issues.length > MOST_PROBLEMS) problems.push(`and ${issues.length - MOST_PROBLEMS} more`);
  return unreadable(`the body of "${event}" lacks what is needed: ${problems.join("; ")}`);
}

export function told(...events: readonly ForgeEvent[]): Reading {
  return { kind: "event", events };
}

export function ignored(reason: string): Reading {
  return { kind: "ignored", reason: short(reason) };
}

export function unreadable(reason: string): Reading {
  return { kind: "unreadable", reason: short(reason) };
}

function short(reason: string): string {
  // A character is two units at most: a long text is not taken apart as a whole.
  return reason.length > LONGEST ? cut(reason.slice(0, 2 * LONGEST + 2), LONGEST) : reason;
}

/** What a forge's word means to us; undefined for one that we do not know. */
export function meaningOf<Meaning>(
  words: Readonly<Record<string, Meaning>>,
  word: string | null | undefined,
): Meaning | undefined {
  return typeof word === "string" && Object.hasOwn(words, word) ? words[word] : undefined;
}

/** What we call the action of a body; undefined for one that we do not read. */
export function actionOf<Action extends string>(
  actions: Readonly<Record<string, Action>>,
  { action }: PayloadData,
): Action | undefined {
  return meaningOf(actions, typeof action === "string" ? action : undefined);
}

/** The reading of a body whose action we do not read. */
export function unwanted(event: string, { action }: PayloadData): Reading {
  if (typeof action !== "string") return unreadable(`the body of "${event}" says no action`);
  return ignored(`the action "${action}" of ${event} starts nothing`);
}
