import { z } from "zod";

import { automationSchema } from "../automation/schema.ts";
import { automationName } from "../values.ts";
import type { Written } from "./rules.ts";
import { RULES } from "./rules.ts";

/** JSON Schema of the file of a repository as it is written, so that editors help with it. */
export function repositoryEditorSchema(): z.core.JSONSchema.BaseSchema {
  const settings = Object.entries(automationSchema.shape).filter(([name]) => {
    const rule = RULES[name as keyof Written];
    return rule === "free" || "judge" in rule;
  });
  const file = z.strictObject({
    automations: z
      .record(automationName, z.strictObject(Object.fromEntries(settings)))
      .default({})
      .describe("What is done on what in this repository, by names of your own."),
  });
  return z.toJSONSchema(file, { io: "input", unrepresentable: "any" });
}
