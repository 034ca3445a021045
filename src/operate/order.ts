import { z } from "zod";

const name = z.string().trim().min(1).max(200);
const number = z.int().positive();

/** The most that inputs may be: they become variables, and those of a command have a limit. */
const MOST_INPUTS = 50;
const LONGEST_INPUT = 8_192;

const inputs = z
  .record(
    z
      .string()
      .regex(
        /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
        "Name an input with letters, digits and _, beginning with a letter.",
      ),
    z.string().max(LONGEST_INPUT),
  )
  .refine((given) => Object.keys(given).length <= MOST_INPUTS, `Give at most ${MOST_INPUTS} inputs.`)
  .refine(
    (given) => new Set(Object.keys(given).map((one) => one.toUpperCase())).size === Object.keys(given).length,
    "Two inputs have the same name but for upper and lower case, and would be the same variable.",
  );

/** What the operator asks for by hand: an automation, where, and on what. */
export const Order = z
  .strictObject({
    automation: name,
    /** Full name of the repository. */
    repository: name,
    /** Name of the forge; not needed where the automation can only mean one. */
    forge: name.optional(),
    issue: number.optional(),
    pullRequest: number.optional(),
    /** A branch, a full ref such as `refs/tags/v1`, or a whole commit id. Nothing said: the default branch. */
    ref: z
      .string()
      .regex(
        /^(?![-/.])(?!.*(?:\.\.|@\{|\/\/|\.lock(?:\/|$)))[^\s~^:?*[\\\x00-\x1f\x7f]{1,200}$/,
        "Write a branch, a full ref or a commit.",
      )
      .optional(),
    inputs: inputs.optional(),
    /** Makes it one run however often it is asked for. */
    id: z
      .string()
      .regex(/^[\w.:-]{1,100}$/, "Write an id of letters, digits and . : _ -, at most 100 characters.")
      .optional(),
  })
  .refine(
    ({ issue, pullRequest, ref }) => [issue, pullRequest, ref].filter((one) => one !== undefined).length <= 1,
    "Give an issue, a pull request or a ref, not several of them.",
  );
export type Order = z.infer<typeof Order>;
