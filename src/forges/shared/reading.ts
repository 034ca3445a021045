import type { z } from "zod";

import type { Reading } from "../../core/delivery.ts";
import type { ForgeEvent } from "../../core/event.ts";

/** The body of a delivery as data, before a schema was held against it. */
export type PayloadData = Readonly<Record<string, unknown>>;

/** Read a body of an event by its schema; what it lacks makes it unreadable, with the places. */
export function read<T>(
  event: string,
  schema: z.ZodType<T>,
  payload: PayloadData,
  translate: (payload: T) => Reading,
): Reading {
  const result = schema.safeParse(payload);
  if (result.success) return translate(result.data);
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  return unreadable(`the body of "${event}" lacks what is needed: ${problems.join("; ")}`);
}

export function told(...events: readonly ForgeEvent[]): Reading {
  return { kind: "event", events };
}

export function ignored(reason: string): Reading {
  return { kind: "ignored", reason };
}

export function unreadable(reason: string): Reading {
  return { kind: "unreadable", reason };
}

/** What we call the action of a body; undefined for one that we do not read. */
export function actionOf<Action extends string>(
  actions: Readonly<Record<string, Action>>,
  { action }: PayloadData,
): Action | undefined {
  return typeof action === "string" && Object.hasOwn(actions, action) ? actions[action] : undefined;
}

/** The reading of a body whose action we do not read. */
export function unwanted(event: string, { action }: PayloadData): Reading {
  if (typeof action !== "string") return unreadable(`the body of "${event}" says no action`);
  return ignored(`the action "${action}" of ${event} starts nothing`);
}
