import { workOfAgents } from "./agent-work.ts";
import type { Attempt } from "./attempt-tools.ts";
import { commandOf } from "./command.ts";
import { workOfTwo } from "./compare.ts";
import { endingOfExit } from "./ending.ts";
import { decidedIn, executeCommand, makeReady, noteStart } from "./execute.ts";
import type { PublishTools } from "./publish.ts";
import type { Prepare, Worked } from "./worked.ts";

/** Do what the automation says: its command, its agents in their order, or two of them side by side. */
export function work(given: Attempt, prepare: Prepare, tools: PublishTools): Promise<Worked> {
  const { agents, compare } = given.automation;
  if (agents.length > 0) return workOfAgents(given, prepare, tools);
  return compare.length > 0 ? workOfTwo(given, prepare, tools) : workOfCommand(given, prepare);
}

async function workOfCommand(given: Attempt, prepare: Prepare): Promise<Worked> {
  const { automation, workspace, watch, output } = given;
  const start = await prepare(workspace);
  const ready = await makeReady(given, start, { agent: false });
  if ("kind" in ready) return { failed: ready };
  const command = commandOf(await decidedIn(given, ready, { workspace, start }));
  await noteStart(given, start);
  output.say(command.box === undefined ? "starting the command" : "starting the command in the sandbox");
  const exit = await executeCommand(given, command, watch);
  watch.signal.throwIfAborted();
  const failed = endingOfExit(exit, automation.timeout);
  return failed === undefined ? { workspace, start, told: { facts: {} } } : { failed };
}
