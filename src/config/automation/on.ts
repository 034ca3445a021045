import { z } from "zod";

import { COMMENT_WORDS } from "../../core/automation.ts";
import { text } from "../values.ts";
import { conditionSchema } from "./condition.ts";
import { globs } from "./filters.ts";
import { scheduleSchema } from "./schedule.ts";

const issueActions = [
  "opened",
  "edited",
  "closed",
  "reopened",
  "labeled",
  "unlabeled",
  "assigned",
  "unassigned",
] as const;
const pullRequestActions = [...issueActions, "updated", "ready", "draft", "merged"] as const;

const triggers = {
  label: text.optional().describe("A label that somebody sets on an issue or pull request."),
  label_removed: text.optional().describe("A label that somebody takes off an issue or pull request."),
  issue: z.array(z.enum(issueActions)).min(1).optional().describe("What happens to an issue."),
  pull_request: z
    .array(z.enum(pullRequestActions))
    .min(1)
    .optional()
    .describe("What happens to a pull request. `updated` means new commits."),
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
  mention: z
    .boolean()
    .optional()
    .describe(
      "A comment, or a new issue or pull request, that mentions Forgehand's account and is no command.",
    ),
  assigned: z
    .boolean()
    .optional()
    .describe("An issue or pull request that somebody assigns to Forgehand's account."),
  review: z
    .array(z.enum(["approved", "changes_requested", "commented"]))
    .min(1)
    .optional()
    .describe("What a review of a pull request says."),
  check: z
    .array(z.enum(["success", "failure", "error", "cancelled"]))
    .min(1)
    .optional()
    .describe("How a check of somebody else ended."),
  schedule: scheduleSchema.optional(),
  title_prefix: text
    .optional()
    .describe("What the title of a new issue or pull request begins with, such as `[agent]`."),
  branch_prefix: text
    .optional()
    .describe("What the branch begins with that a new pull request comes from, such as `agent/`."),
};

const filters = {
  branches: globs("name")
    .optional()
    .describe("Only these branches, as globs: the target's of a pull request, the pushed one of a push."),
  paths: globs("file")
    .optional()
    .describe("Only pull requests and pushes that change one of these paths, as globs."),
  authors: globs("text")
    .optional()
    .describe(
      "Only what these wrote, by login (as globs) or id: the issue or pull request, else who did it.",
    ),
  labels: globs("text")
    .optional()
    .describe("Only issues and pull requests with one of these labels, as globs."),
  title: globs("text")
    .optional()
    .describe("Only issues and pull requests with one of these titles, as globs."),
  draft: z.boolean().optional().describe("`true`: only draft pull requests; `false`: none."),
  fork: z.boolean().optional().describe("`true`: only pull requests from forks; `false`: none."),
  if: conditionSchema.optional(),
};

/** On what an automation acts, as it is written. */
export const onSchema = z
  .strictObject({ ...triggers, ...filters })
  .refine(
    (asked) =>
      (Object.keys(triggers) as (keyof typeof triggers)[]).some((name) => (asked[name] ?? false) !== false),
    `Say on what it acts: ${listed(Object.keys(triggers))}.`,
  )
  .describe("On what it acts; each trigger alone is enough, and must pass all filters beside it.");

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}
