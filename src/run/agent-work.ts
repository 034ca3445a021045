import type { AgentChoice, Usage } from "../core/agent.ts";
import { NO_USAGE } from "../core/agent.ts";
import type { RunFacts } from "../core/run.ts";
import type { Answer } from "./ask-agent.ts";
import { addUsage, askAgent } from "./ask-agent.ts";
import type { Attempt } from "./attempt-tools.ts";
import { note } from "./note.ts";
import type { Start } from "./checkout.ts";
import { commandOf } from "./command.ts";
import { conversationOf } from "./conversation.ts";
import type { Ending } from "./ending.ts";
import { endingOfExit, over } from "./ending.ts";
import type { Ready } from "./execute.ts";
import { decidedIn, executeCommand, makeReady, noteStart } from "./execute.ts";
import { agentPrompt } from "./prompt.ts";
import type { PublishTools } from "./publish.ts";
import { commit } from "./publish.ts";
import { rulesAt } from "./rules.ts";
import type { Prepare, Worked } from "./worked.ts";
import type { Workspace } from "./workspace.ts";
import { openInner } from "./workspace.ts";

/** What all agents of one attempt have in common. */
export interface Task {
  readonly ready: Ready;
  /** When the run's time is over, by our clock. */
  readonly end: number;
  /** What an agent is told in a workspace. */
  readonly prompt: (workspace: Workspace, start: Start | undefined) => Promise<string>;
}

/** Ask the agents in their order until one has done its work and the check says that it is good. */
export async function workOfAgents(given: Attempt, prepare: Prepare, tools: PublishTools): Promise<Worked> {
  const { automation, output } = given;
  const { agents } = automation;
  let spent: Usage = NO_USAGE;
  let task: Task | undefined;
  for (const [index, choice] of agents.entries()) {
    const workspace = index === 0 ? given.workspace : await openInner(given.workspace, `try-${index + 1}`);
    const start = await prepare(workspace);
    if (task === undefined) {
      const begun = await begin(given, start);
      if ("kind" in begun) return { failed: begun };
      task = begun;
    }
    const tried = await tryOne(given, task, tools, { choice, workspace, start, spent });
    spent = tried.spent;
    const { facts, failed } = tried;
    await note(given, facts);
    if (failed === undefined) {
      const { result, message, made } = tried;
      const denied = message === "" ? {} : { denied: message };
      return { workspace, start, told: { facts, result, ...(made && { made }), ...denied } };
    }
    const next = agents[index + 1];
    if (next === undefined || tried.final || Date.now() >= task.end) return { failed };
    output.say(`${choice.name} did not do it, so ${next.name} is asked: ${sentenceOf(failed)}`);
  }
  return { failed: over("error", "No agent is configured.") };
}

/** Settle what has to be settled once, and write down that the work starts. */
export async function begin(given: Attempt, start: Start | undefined): Promise<Task | Ending> {
  const { run, automation, forge, git, watch } = given;
  const ready = await makeReady(given, start, { agent: true });
  if ("kind" in ready) return ready;
  if (!ready.trusted && ready.confinement.kind === "plain") {
    return over(
      "error",
      "An agent works on someone else's code only in the sandbox, and its automation says `sandbox: none`.",
    );
  }
  const conversation = await conversationOf(forge, run, watch.signal);
  const rules =
    start === undefined
      ? ""
      : await rulesAt(git, start.rules.gitDir, { ...start.rules, signal: watch.signal });
  const before = run.follows === undefined ? undefined : await given.store.run(run.follows);
  const prompt: Task["prompt"] = (workspace) => {
    const summaryPath = `${workspace.files}/summary.md`;
    const background = { conversation, rules, summaryPath, before: before?.result ?? before?.reason ?? "" };
    return Promise.resolve(agentPrompt(run, background, automation.prompt));
  };
  await noteStart(given, start);
  return { ready, end: Date.now() + automation.timeout, prompt };
}

/** How one agent's try ended. */
export interface Tried {
  readonly spent: Usage;
  readonly facts: RunFacts;
  /** What the agent said in the end. */
  readonly result: string;
  /** What it was not allowed, though it did its work; else empty. */
  readonly message: string;
  readonly failed?: Ending;
  /** The commit of what it did, where it is to be published. */
  readonly made?: string;
  /** Whether no other agent could do better: nothing is left to spend. */
  readonly final: boolean;
}

/** Let one agent try, and have its work checked. */
export async function tryOne(
  given: Attempt,
  task: Task,
  tools: PublishTools,
  {
    choice,
    workspace,
    start,
    spent,
  }: {
    choice: AgentChoice;
    workspace: Workspace;
    start: Start | undefined;
    spent: Usage;
  },
): Promise<Tried> {
  const { output, redact } = given;
  const prompt = await task.prompt(workspace, start);
  const decided = await decidedIn(given, task.ready, { workspace, start, prompt });
  const { confinement } = task.ready;
  output.say(`asking ${choice.name}${confinement.kind === "boxed" ? " in the sandbox" : ""}`);
  const left = task.end - Date.now();
  const { result, usage }: Answer = await askAgent(given, { choice, decided, prompt, left, spent });
  const all = addUsage(spent, usage);
  const text = redact(result.text);
  const facts: RunFacts = { agent: choice.name, result: text, usage: all };
  const tried = {
    spent: all,
    facts,
    result: text,
    message: redact(result.message),
    final: result.error === "limit",
  };
  output.say(`${choice.name} ${result.ok ? "says that it is done" : "did not do it"}; ${usageText(usage)}`);
  if (!result.ok) {
    const failed = over("fail", `${choice.name}: ${result.message}`, facts);
    return { ...tried, failed: tried.final ? { ...failed, final: true } : failed };
  }
  // Before the check, which may leave what is no part of the work: reports, what it installed.
  const to = start?.publish;
  const made =
    to === undefined
      ? {}
      : { made: await commit(tools, given.run, { workspace, start: start?.sha ?? "", to }) };
  const failed = await judge(given, task, { workspace, start, facts });
  return failed === undefined ? { ...tried, ...made } : { ...tried, ...made, failed };
}

/** Execute the owner's check in the workspace of an agent; undefined where there is none, or where it is satisfied. */
async function judge(
  given: Attempt,
  { ready, end }: Task,
  { workspace, start, facts }: { workspace: Workspace; start: Start | undefined; facts: RunFacts },
): Promise<Ending | undefined> {
  const { automation, watch, output } = given;
  const { check } = automation;
  if (check === undefined) return undefined;
  const decided = await decidedIn(given, ready, { workspace, start });
  const run = { ...decided, automation: { ...automation, run: check } };
  output.say("checking what it did");
  const command = { ...commandOf(run), timeout: Math.max(1, end - Date.now()) };
  const exit = await executeCommand(given, command, watch);
  watch.signal.throwIfAborted();
  const failed = endingOfExit(exit, automation.timeout);
  if (failed?.kind !== "over") return failed;
  const reason = `The check of what ${facts.agent ?? "the agent"} did failed, so nothing was pushed. ${failed.facts.reason ?? ""}`;
  return { ...failed, facts: { ...failed.facts, ...facts, reason } };
}

/** Tokens and cost in words. */
function usageText({ inputTokens, outputTokens, requests, cost }: Usage): string {
  const money = cost === undefined ? "" : `, ${cost.toFixed(4)} US dollars`;
  return `${requests} requests, ${inputTokens} tokens in, ${outputTokens} out${money}`;
}

const sentenceOf = (ending: Ending): string => (ending.kind === "over" ? (ending.facts.reason ?? "") : "");
