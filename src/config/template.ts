import { createRequire } from "node:module";

import type * as liquidjs from "liquidjs";
import { z } from "zod";

/** Loaded with the first template: most configs have none, and the library takes 8 MB of memory. */
const require = createRequire(import.meta.url);

/** Read a template as `run/template.ts` renders it: no files, no filter that nobody knows. Throws what is wrong. */
function read(text: string): void {
  const { Liquid } = require("liquidjs") as typeof liquidjs;
  new Liquid({ strictFilters: true, templates: {}, parseLimit: 100_000 }).parse(text);
}

/** Text with `{{ … }}` in the Liquid language; what cannot be read is said with its line. */
export const template = z
  .string()
  .regex(/\S/, "This must not be empty.")
  .superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: "custom", message: `This is no template that can be read: ${message}.` });
    }
  });
