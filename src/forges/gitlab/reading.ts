import type { z } from "zod";

import type { Reading } from "../../core/delivery.ts";
import type { Repo } from "../../core/event.ts";
import { readBody, unreadable } from "../shared/reading.ts";
import { Place } from "./payloads.ts";
import { repoOf } from "./translate.ts";

/** The body of a delivery as data, before a schema was held against it. */
export type Payload = Readonly<Record<string, unknown>>;

/** Read a body about a project, which is handed on as a repository. */
export function readIn<T>(
  kind: string,
  schema: z.ZodType<T>,
  payload: Payload,
  translate: (payload: T, repo: Repo) => Reading,
): Reading {
  return readBody(kind, Place, payload, (place) => {
    const repo = repoOf(place);
    if (repo === undefined) return unreadable(`the body of "${kind}" says no id of the project`);
    return readBody(kind, schema, payload, (body) => translate(body, repo));
  });
}
