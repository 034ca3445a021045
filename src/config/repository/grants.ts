import { z } from "zod";

import { duration } from "../../core/duration.ts";
import { globs, names } from "../automation/filters.ts";
import { limitsSchema } from "../automation/limits.ts";
import { hostPattern, variableName } from "../values.ts";

/** What the owner of the server lets repositories do by a file of their own, as it is written. */
export const grantsSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        repositories: globs("name")
          .refine(
            ({ include }) => include.length > 0,
            'Say which repositories: globs over their full names, `["**"]` for all.',
          )
          .describe("The repositories that may, as globs over their full names."),
        forges: names().prefault([]).describe("Only on these forges, by their names."),
        secrets: z
          .array(variableName)
          .default([])
          .describe(
            "Environment variables of Forgehand that their commands may have, where the file asks for them by name. Whoever may write to such a repository can come to read them.",
          ),
        network: z
          .array(hostPattern)
          .default(["package-registries"])
          .describe("Hosts that their commands may reach at most, as in `automations.NAME.network`."),
        timeout: duration("30m").describe("How long their commands may take at most."),
        limits: limitsSchema.describe("What each of their commands may use at most."),
        max: z.int().min(1).max(100).default(20).describe("How many automations one file may have."),
        forks: z
          .boolean()
          .default(false)
          .describe("Whether they may say `forks: run`, and so execute the code of people without rights."),
      }),
    ],
    "Write `false`, or a map that says which `repositories` may.",
  )
  .default(false)
  .describe(
    "Whether repositories may add automations by a file `.forgehand.yml` on their default branch. They run in the sandbox only.",
  );

/** The same, checked: what may be done, and the values of the secrets that may be had. */
export type Grants = Omit<Exclude<z.infer<typeof grantsSchema>, false>, "secrets"> & {
  readonly secrets: Readonly<Record<string, string>>;
};
