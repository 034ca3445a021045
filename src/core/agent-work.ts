import type { Automation } from "./automation.ts";

/** Whether an agent does the work of an automation, and no command of its owner's. */
export function doesAgentWork(automation: Pick<Automation, "name">): boolean {
  const { agents = [], compare = [] } = automation as { agents?: readonly []; compare?: readonly [] };
  return agents.length + compare.length > 0;
}
