import { z } from "zod";

import { template } from "../template.ts";
import { text } from "../values.ts";

/** How the changes of a run are proposed, as it is written. */
export const proposalSchema = z
  .strictObject({
    draft: z.boolean().default(false).describe("Whether it is opened as a draft."),
    reviewers: z.array(text).default([]).describe("Logins of people who are asked to review it."),
    labels: z.array(text).default([]).describe("Labels that it gets."),
    base: text
      .optional()
      .describe("The branch that it goes into and that runs start from; the default branch if not set."),
    title: template
      .optional()
      .describe("Its title, as a template such as `[bot] {{ title }}`; that of the issue if not set."),
    branch: template
      .optional()
      .describe(
        "Its branch, as a template such as `bot/{{ number }}-{{ slug }}`; `forgehand/NAME/NUMBER-TITLE` if not set.",
      ),
  })
  .prefault({})
  .describe("The pull request that its changes become.");

const author = text.transform((written, context) => {
  const [, name = "", email = ""] = /^([^<>\n]+?)\s*<([^<>\s]+@[^<>\s]+)>$/.exec(written) ?? [];
  if (name !== "") return { name, email };
  context.addIssue({
    code: "custom",
    message: "Write a name and an address, such as Bot <bot@example.com>.",
  });
  return z.NEVER;
});

/** How commits are made, as it is written. */
export const commitsSchema = z
  .strictObject({
    author: author
      .optional()
      .describe(
        "Who the commits are by, such as `Bot <bot@example.com>`; the account of the forge if not set.",
      ),
    sign_off: z.boolean().default(false).describe("Whether commits end with `Signed-off-by`."),
    sign: z
      .strictObject({
        format: z.enum(["ssh", "gpg"]).describe("What kind of key it is."),
        key: z
          .string()
          // No pattern: the file that an editor checks says `${file:…}`.
          .refine(
            (key) => key.includes("PRIVATE KEY"),
            "Write a private key without a passphrase, such as `${file:signing-key}`.",
          )
          .describe("The private key itself, as `${NAME}` or `${file:PATH}`. It never comes near a command."),
      })
      .optional()
      .describe("Sign commits with this key. All that a run did is then one commit."),
  })
  .prefault({})
  .describe("The commits that its changes become.");
