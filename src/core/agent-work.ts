import type { Automation } from "./automation.ts";

/** Whether an agent does the work of an automation, and no command of its owner's. */
export function doesAgentWork({ agents, compare }: Pick<Automation, "agents" | "compare">): boolean {
  return agents.length + compare.length > 0;
}
