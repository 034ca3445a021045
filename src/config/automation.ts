import { z } from "zod";

import type { Automation } from "../core/automation.ts";
import { duration } from "../core/duration.ts";
import { variableName } from "./values.ts";

const issueActions = ["opened", "edited", "closed", "reopened"] as const;
const pullRequestActions = [...issueActions, "updated", "ready", "draft", "merged"] as const;
const text = z.string().trim().min(1, "This must not be empty.");

const on = z
  .strictObject({
    label: text.optional().describe("A label that somebody sets on an issue or pull request."),
    issue: z
      .array(z.enum(issueActions))
      .min(1)
      .optional()
      .describe("What happens to an issue, beside labels."),
    pull_request: z
      .array(z.enum(pullRequestActions))
      .min(1)
      .optional()
      .describe("What happens to a pull request, beside labels. `updated` means new commits."),
    push: z.boolean().optional().describe("Commits pushed to a branch."),
    tag: z.boolean().optional().describe("A tag that is new or moved."),
    command: z
      .string()
      .regex(/^[\w-]+$/, "Write one word: letters, digits, _ and -.")
      .optional()
      .describe("A comment with the line `/forgehand WORD`."),
    title_prefix: text
      .optional()
      .describe("What the title of a new issue or pull request begins with, such as `[agent]`."),
    branch_prefix: text
      .optional()
      .describe("What the branch begins with that a new pull request comes from, such as `agent/`."),
    branches: z
      .array(text)
      .default([])
      .describe("Only these branches, as globs: the target's of a pull request, the pushed one of a push."),
  })
  .refine(
    (asked) =>
      asked.push === true ||
      asked.tag === true ||
      [
        asked.label,
        asked.issue,
        asked.pull_request,
        asked.command,
        asked.title_prefix,
        asked.branch_prefix,
      ].some((one) => one !== undefined),
    "Say on what it acts: label, issue, pull_request, push, tag, command, title_prefix or branch_prefix.",
  )
  .describe("On what it acts; each trigger alone is enough.");

/** An automation as it is written in the config file. */
export const automationSchema = z.strictObject({
  on,
  repositories: z
    .array(text)
    .default([])
    .describe("Only these repositories, as globs over their full names."),
  forges: z.array(text).default([]).describe("Only these forges, by their names."),
  agent: z
    .never("Agents arrive together with the sandbox; until then write what to execute as `run:`.")
    .optional()
    .describe("Not there yet: agents arrive together with the sandbox. Write `run:`."),
  run: z
    .string("Say what to execute: `run:` and a shell command.")
    .regex(/\S/, "This must not be empty.")
    .describe("Shell text, executed as `sh -euc` in the workspace; `${…}` in it is the shell's, never ours."),
  workspace: z.enum(["clone", "none"]).default("clone").describe("`none` for a command that needs no clone."),
  allow: z
    .enum(["read", "triage", "write", "maintain", "admin"])
    .default("write")
    .describe("The least permission in the repository that may ask for it."),
  forks: z
    .enum(["ignore", "run"])
    .default("ignore")
    .describe("Pull requests from forks are someone else's code: `run` executes it, without secrets."),
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
  concurrency: z
    .enum(["newest", "all"])
    .default("newest")
    .describe("`newest`: a newer head of a pull request cancels the older run. `all`: both go on."),
  environment: z
    .record(variableName, z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .default({})
    .describe("Plain environment variables of the command."),
  secrets: z
    .array(variableName)
    .default([])
    .describe("Environment variables of Forgehand that the command gets too; hidden wherever we print."),
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

/** What the owner wrote, checked, as the rest of the program knows it. Unset secrets are left out. */
export function toAutomation(
  name: string,
  written: z.infer<typeof automationSchema>,
  environment: Readonly<Record<string, string | undefined>>,
): Automation {
  const { on, status, secrets, ...rest } = written;
  const {
    branches,
    pull_request: pullRequest,
    title_prefix: titlePrefix,
    branch_prefix: branchPrefix,
    ...triggers
  } = on;
  delete rest.agent;
  return {
    ...rest,
    name,
    on: {
      ...triggers,
      ...(pullRequest === undefined ? {} : { pullRequest }),
      ...(titlePrefix === undefined ? {} : { titlePrefix }),
      ...(branchPrefix === undefined ? {} : { branchPrefix }),
    },
    branches,
    context: status.context ?? `forgehand/${name}`,
    secrets: Object.fromEntries(
      secrets.flatMap((secret) => {
        const value = environment[secret];
        return value === undefined ? [] : [[secret, value]];
      }),
    ),
  };
}
