import { z } from "zod";

import { duration } from "../../core/duration.ts";
import { hostPattern, tagsSchema, text, variableName } from "../values.ts";
import { allowSchema } from "./allow.ts";
import { globs, names } from "./filters.ts";
import { template } from "../template.ts";
import { agentSchema, compareSchema } from "./agent.ts";
import { followUpSchema } from "./follow-up.ts";
import { limitsSchema } from "./limits.ts";
import { onSchema } from "./on.ts";
import { attemptsSchema, budgetSchema, concurrencySchema, slotsSchema } from "./pace.ts";
import { commitsSchema, proposalSchema } from "./proposal.ts";

const settings = z.strictObject({
  on: onSchema,
  repositories: globs("name")
    .prefault([])
    .describe("Only these repositories, as globs over their full names."),
  forges: names().prefault([]).describe("Only these forges, by their names."),
  agent: agentSchema
    .optional()
    .describe("The coding agent that does the work; several in the order in which they are asked."),
  compare: compareSchema
    .optional()
    .describe(
      "Two agents that both do the work: the better branch, as `check` judges it, becomes the pull request.",
    ),
  prompt: template
    .optional()
    .describe("What an agent is told, as a template; Forgehand's own words if not set."),
  check: z
    .string()
    .regex(/\S/, "This must not be empty.")
    .optional()
    .describe(
      "Shell text that judges what an agent did: an exit code other than 0 means that it is not good.",
    ),
  run: z
    .string()
    .regex(/\S/, "This must not be empty.")
    .optional()
    .describe("Shell text, executed as `sh -euc` in the workspace; `${…}` in it is the shell's, never ours."),
  workspace: z.enum(["clone", "none"]).default("clone").describe("`none` for a command that needs no clone."),
  publish: z
    .boolean()
    .optional()
    .describe(
      "Whether what it changes on a schedule, or started by hand, becomes a pull request; with an agent it does if not set.",
    ),
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
    .optional()
    .describe(
      "Whether its command may be executed again after its worker was lost or stopped; with an agent it may if not set, since nothing of its work leaves before it is done.",
    ),
  concurrency: concurrencySchema,
  slots: slotsSchema,
  tags: tagsSchema.describe("Only workers that have all of these tags take its runs."),
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
  follow_up: followUpSchema,
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

/** An automation as it is written in the config file. */
export const automationSchema = settings.superRefine((written, context) => {
  const { agent, compare, run, check, prompt, follow_up: followUp } = written;
  const problem = (path: string, message: string): void => {
    context.addIssue({ code: "custom", path: [path], message });
  };
  const works = [run, agent, compare].filter((one) => one !== undefined).length;
  if (works === 0) problem("run", "Say what to do: `run:` and a shell command, or `agent:` and its name.");
  if (works > 1) problem("run", "Write one of `run`, `agent` and `compare`.");
  if (compare !== undefined && check === undefined) {
    problem("check", "Say how the two are compared: a shell command such as `npm test`.");
  }
  if (run !== undefined && check !== undefined)
    problem("check", "Only the work of an agent is checked: write it into `run`.");
  if (run !== undefined && prompt !== undefined)
    problem("prompt", "Only an agent is told something: `run` has no use for it.");
  if (run !== undefined && followUp !== undefined)
    problem("follow_up", "Only an agent goes on with a pull request: `run` has no use for it.");
});
