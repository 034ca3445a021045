import { z } from "zod";

import type { AgentChoice, AgentName } from "../../core/agent.ts";
import { AGENTS } from "../../core/agent.ts";
import { text, webAddress } from "../values.ts";

const name = z.enum(AGENTS, { error: `Write the name of an agent, one of: ${AGENTS.join(", ")}.` });

const settings = z.strictObject({
  name: name.describe("Which agent it is."),
  model: text.optional().describe("The model that it asks; the agent's own choice if not set."),
  program: text.optional().describe("Its program, as a path or a name on the path."),
  key: z
    .string()
    .min(1, "This must not be empty.")
    .optional()
    .describe("The key of the model's API, as `${NAME}`; out of the agent's usual variable if not set."),
  base_url: webAddress.optional().describe("Address of the model's API; the vendor's if not set."),
  args: z.array(z.string()).default([]).describe("More arguments for its program."),
});

const plain = name.transform((written): z.infer<typeof settings> => ({ name: written, args: [] }));

/** One agent, as it is written: its name alone, or what is particular about it. */
const agent = z.union([settings, plain]);

/** An agent, or several in the order in which they are asked. */
export const agentSchema = z
  .union([settings, z.array(agent).min(1).max(5), plain])
  .transform((written) => (Array.isArray(written) ? written : [written]));

/** Two agents that both work, and whose work is compared. */
export const compareSchema = z.array(agent).length(2, "Name the two agents that are compared.");

type Written = z.infer<typeof agent>;

/** The name of the variable with the key of an agent's model, where the owner names none. */
export type KeyVariable = (choice: {
  readonly name: AgentName;
  readonly model?: string | undefined;
}) => string;

/** The variable that the key of an agent must be in; undefined where its owner gave the key itself. */
export function variableOf(written: Written, keyVariable: KeyVariable): string | undefined {
  return written.key === undefined ? keyVariable(written) : undefined;
}

/** An agent with its key, out of the environment where its owner gave none; empty where it is not there. */
export function toAgent(
  written: Written,
  environment: Readonly<Record<string, string | undefined>>,
  keyVariable: KeyVariable,
): AgentChoice {
  const { base_url: baseUrl, ...rest } = written;
  const key = written.key ?? environment[keyVariable(written)] ?? "";
  return { ...rest, ...(baseUrl === undefined ? {} : { baseUrl }), key };
}
