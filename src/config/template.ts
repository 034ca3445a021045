import { Liquid } from "liquidjs";
import { z } from "zod";

/** Reads templates as `run/template.ts` renders them: no files, no filter that nobody knows. */
const liquid = new Liquid({ strictFilters: true, templates: {}, parseLimit: 100_000 });

/** Text with `{{ … }}` in the Liquid language; what cannot be read is said with its line. */
export const template = z
  .string()
  .regex(/\S/, "This must not be empty.")
  .superRefine((text, context) => {
    try {
      liquid.parse(text);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: "custom", message: `This is no template that can be read: ${message}.` });
    }
  });
