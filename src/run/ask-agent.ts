import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { AgentChoice, AgentResult, AgentSession, Usage } from "../core/agent.ts";
import { NO_USAGE } from "../core/agent.ts";
import { ForgehandError, messageOf } from "../core/errors.ts";
import type { Command } from "../core/executor.ts";
import type { Attempt } from "./attempt-tools.ts";
import type { Decided } from "./command.ts";
import { commandOf } from "./command.ts";
import { boxOf } from "./confinement.ts";
import { executeCommand } from "./execute.ts";
import { makeScrap } from "./scraps.ts";

/** Bytes of an agent's output that are read: its last line tells how it ended, so nothing may be cut off before. */
const AGENT_OUTPUT_LIMIT = 256 * 1024 * 1024;

/** How one agent's try at a task ended. */
export interface Answer {
  readonly result: AgentResult;
  readonly usage: Usage;
}

/** Two accounts of what was used as one. A cost is known only where both are. */
export function addUsage(one: Usage, other: Usage): Usage {
  const cost =
    (one.cost ?? (one.requests === 0 ? 0 : NaN)) + (other.cost ?? (other.requests === 0 ? 0 : NaN));
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    requests: one.requests + other.requests,
    ...(Number.isNaN(cost) ? {} : { cost }),
  };
}

/** Ask one agent to do the task in a workspace that is filled. Throws what ends the run from outside. */
export async function askAgent(
  given: Attempt,
  {
    choice,
    decided,
    prompt,
    left,
    spent,
  }: {
    choice: AgentChoice;
    decided: Decided;
    prompt: string;
    /** Milliseconds that are left of the run's time. */
    left: number;
    /** What was spent on this run already. */
    spent: Usage;
  },
): Promise<Answer> {
  const { agents, watch, budget } = given;
  const { workspace, confinement } = decided;
  const boxed = confinement.kind === "boxed";
  // A path of a socket may be 107 bytes long, and the data folder can be deep.
  const outside = await makeScrap("agent");
  const { work, home, tmp } = workspace;
  const opening = { places: { work, home, tmp, outside }, prompt, budget: lessThan(budget, spent), boxed };
  try {
    const session = await agents.open(choice, opening);
    try {
      const command = commandFor(decided, session, { left, hides: hiddenFrom(given, decided) });
      const signal = AbortSignal.any([watch.signal, session.spent]);
      const exit = await executeCommand(given, command, { signal, onOutput: (text) => session.read(text) });
      watch.signal.throwIfAborted();
      return { result: session.result(exit), usage: session.usage() };
    } finally {
      await session.close();
    }
  } catch (error) {
    watch.signal.throwIfAborted();
    if (!(error instanceof ForgehandError) || error.code !== "COMMAND_NOT_STARTED") throw error;
    return {
      result: { ok: false, text: "", error: "program", message: messageOf(error) },
      usage: NO_USAGE,
    };
  } finally {
    await rm(outside, { recursive: true, force: true });
  }
}

/** The command of an agent: its program, with a token for this run in the place of a key. */
function commandFor(
  decided: Decided,
  session: AgentSession,
  { left, hides }: { left: number; hides: readonly string[] },
): Command {
  const { automation, workspace, confinement } = decided;
  const command = commandOf(decided);
  const { reads, network, bridges } = session;
  return {
    ...command,
    argv: session.argv,
    stdin: session.stdin,
    environment: { ...command.environment, ...session.environment },
    timeout: Math.max(1, left),
    outputLimit: AGENT_OUTPUT_LIMIT,
    ...(confinement.kind === "boxed" && {
      box: boxOf(automation, workspace, { reads, network, bridges, hides }),
    }),
  };
}

/**
 * What an agent does not get to see of the code: on a pull request, settings and instructions for agents are somebody's
 * proposal. Those of the branch that it goes into reach it by the prompt.
 */
function hiddenFrom({ run, agents }: Attempt, { trusted, workspace }: Decided): string[] {
  if (trusted && run.thread?.kind !== "pull_request") return [];
  return agents.steering.map((path) => join(workspace.work, path));
}

/** What is left of a budget. */
function lessThan(
  budget: Attempt["budget"],
  { inputTokens, outputTokens, cost = 0 }: Usage,
): Attempt["budget"] {
  return {
    ...(budget.tokens !== undefined && { tokens: Math.max(0, budget.tokens - inputTokens - outputTokens) }),
    ...(budget.cost !== undefined && { cost: Math.max(0, budget.cost - cost) }),
  };
}
