import type { z } from "zod";

import type { Reading } from "../../core/delivery.ts";
import type { Repo } from "../../core/event.ts";
import type { Payload } from "../shared/reading.ts";
import { read, unreadable } from "../shared/reading.ts";
import { Place } from "./payloads.ts";
import { repoOf } from "./translate.ts";

/** Read a body about a project by its schema; the project is handed on as a repository. */
export function readIn<T>(
  kind: string,
  schema: z.ZodType<T>,
  payload: Payload,
  translate: (payload: T, repo: Repo) => Reading,
): Reading {
  return read(kind, Place, payload, (place) => {
    const repo = repoOf(place);
    if (repo === undefined) return unreadable(`the body of "${kind}" says no id of the project`);
    return read(kind, schema, payload, (body) => translate(body, repo));
  });
}
