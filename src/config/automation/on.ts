import { z } from "zod";

import { COMMENT_WORDS } from "../../core/automation.ts";
import { text } from "../values.ts";
import { scheduleSchema } from "./schedule.ts";

const issueActions = ["opened", "edited", "closed", "reopened"] as const;
const pullRequestActions = [...issueActions, "updated", "ready", "draft", "merged"] as const;

/** On what an automation acts, as it is written. */
export const onSchema = z
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
      .refine(
        (word) => !COMMENT_WORDS.some((one) => one === word.toLowerCase()),
        `Forgehand itself answers to ${COMMENT_WORDS.join(", ")}: take another word.`,
      )
      .optional()
      .describe("A comment with the line `/forgehand WORD`."),
    title_prefix: text
      .optional()
      .describe("What the title of a new issue or pull request begins with, such as `[agent]`."),
    branch_prefix: text
      .optional()
      .describe("What the branch begins with that a new pull request comes from, such as `agent/`."),
    schedule: scheduleSchema.optional(),
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
        asked.schedule,
      ].some((one) => one !== undefined),
    "Say on what it acts: label, issue, pull_request, push, tag, command, title_prefix, branch_prefix or schedule.",
  )
  .describe("On what it acts; each trigger alone is enough.");
