import type { z } from "zod";

import type { Reading } from "../../core/delivery.ts";
import type { ForgeEvent } from "../../core/event.ts";

/** The body of a delivery as data, before a schema was held against it. */
export type Payload = Readonly<Record<string, unknown>>;

/** Read a body of a kind by its schema; what it lacks makes it unreadable, with the places. */
export function read<T>(
  kind: string,
  schema: z.ZodType<T>,
  payload: Payload,
  translate: (payload: T) => Reading,
): Reading {
  const result = schema.safeParse(payload);
  if (result.success) return translate(result.data);
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  return unreadable(`the body of "${kind}" lacks what is needed: ${problems.join("; ")}`);
}

export function told(events: readonly ForgeEvent[]): Reading {
  return { kind: "event", events };
}

export function ignored(reason: string): Reading {
  return { kind: "ignored", reason };
}

export function unreadable(reason: string): Reading {
  return { kind: "unreadable", reason };
}
