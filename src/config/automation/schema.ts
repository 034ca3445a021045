import { z } from "zod";

import { duration } from "../../core/duration.ts";
import { hostPattern, text, variableName } from "../values.ts";
import { allowSchema } from "./allow.ts";
import { globs, names } from "./filters.ts";
import { limitsSchema } from "./limits.ts";
import { onSchema } from "./on.ts";
import { attemptsSchema, budgetSchema, concurrencySchema, slotsSchema } from "./pace.ts";
import { commitsSchema, proposalSchema } from "./proposal.ts";

/** An automation as it is written in the config file. */
export const automationSchema = z.strictObject({
  on: onSchema,
  repositories: globs("name")
    .prefault([])
    .describe("Only these repositories, as globs over their full names."),
  forges: names().prefault([]).describe("Only these forges, by their names."),
  agent: z
    .never("Agents arrive together with the sandbox; until then write what to execute as `run:`.")
    .optional()
    .describe("Not there yet: agents arrive together with the sandbox. Write `run:`."),
  run: z
    .string("Say what to execute: `run:` and a shell command.")
    .regex(/\S/, "This must not be empty.")
    .describe("Shell text, executed as `sh -euc` in the workspace; `${…}` in it is the shell's, never ours."),
  workspace: z.enum(["clone", "none"]).default("clone").describe("`none` for a command that needs no clone."),
  publish: z
    .boolean()
    .default(false)
    .describe("Whether what it changes on a schedule, or started by hand, becomes a pull request."),
  allow: allowSchema,
  forks: z
    .enum(["ignore", "approve", "run"])
    .default("ignore")
    .describe(
      "Pull requests from forks are someone else's code: `approve` waits until somebody approves the exact head by a " +
        "comment, `run` executes it without secrets.",
    ),
  draft: z.boolean().default(true).describe("Whether it acts on draft pull requests."),
  confidential: z
    .boolean()
    .default(false)
    .describe("Whether it acts on what only some people may see: confidential issues, internal notes."),
  timeout: duration("30m").describe("When the command is ended."),
  restart: z
    .boolean()
    .default(false)
    .describe("Whether its command may be executed again after its worker was lost or stopped."),
  concurrency: concurrencySchema,
  slots: slotsSchema,
  attempts: attemptsSchema,
  budget: budgetSchema,
  sandbox: z
    .enum(["auto", "required", "none"])
    .default("auto")
    .describe(
      "`auto`: the command runs in the sandbox wherever that works, else as a plain process. `required`: nowhere else. `none`: never.",
    ),
  network: z
    .array(hostPattern)
    .optional()
    .describe(
      "Hosts that a command in the sandbox reaches, such as `api.example.com` or `*.example.com`; `package-registries` stands for those of npm, PyPI and the like. `[]` for none.",
    ),
  limits: limitsSchema,
  environment: z
    .record(variableName, z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .default({})
    .describe("Plain environment variables of the command."),
  secrets: z
    .array(variableName)
    .default([])
    .describe("Environment variables of Forgehand that the command gets too; hidden wherever we print."),
  pull_request: proposalSchema,
  commit: commitsSchema,
  awx_template: z
    .int()
    .min(1)
    .max(999_999_999)
    .optional()
    .describe(
      "Id of the job template or workflow template of AWX whose webhook address `/api/v2/…_templates/ID/…` it takes over.",
    ),
  status: z
    .strictObject({
      context: text.optional().describe("Its name on the forge; `forgehand/NAME` if not set."),
    })
    .default({})
    .describe("The status that the forge shows."),
  comment: z
    .boolean()
    .default(true)
    .describe("Whether the comment on the issue or pull request tells of its runs."),
});
