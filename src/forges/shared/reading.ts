import type { z } from "zod";

import type { Reading } from "../../core/delivery.ts";
import type { ForgeEvent } from "../../core/event.ts";

/** The body of a delivery as data, before a schema was held against it. */
export type Body = Readonly<Record<string, unknown>>;

/** Read a body of an event by its schema; what it lacks makes it unreadable, with the places. */
export function readBody<T>(
  event: string,
  schema: z.ZodType<T>,
  body: Body,
  translate: (body: T) => Reading,
): Reading {
  const result = schema.safeParse(body);
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
