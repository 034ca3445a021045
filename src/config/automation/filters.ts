import { z } from "zod";

import type { Filter } from "../../core/automation.ts";
import type { GlobKind } from "../../core/glob.ts";
import { globProblem } from "../../core/glob.ts";
import { text } from "../values.ts";

/** Names of which some count: a list of those that do, or two lists. */
export function names() {
  return filterOf(text);
}

/** Globs, each of which is checked. */
export function globs(kind: GlobKind) {
  return filterOf(
    text.superRefine((glob, context) => {
      const message = globProblem(glob, kind);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    }),
  );
}

function filterOf(one: z.ZodType<string>) {
  const list = z.array(one);
  const lists = z.strictObject({
    include: list.default([]).describe("Only these; all where the list is empty."),
    exclude: list.default([]).describe("But none of these."),
  });
  return z
    .union([list, lists], "Write a list, or a map with the lists `include` and `exclude`.")
    .transform((written): Filter => (Array.isArray(written) ? { include: written, exclude: [] } : written));
}
