import { changeLabels } from "../stand-in/doings.ts";
import type { Account, Thread } from "../stand-in/state.ts";
import type { Executed, GitLabState } from "./state.ts";

type Effect = (state: GitLabState, executed: Executed) => void;

const nothing: Effect = () => undefined;

/** What GitLab does for a command at the beginning of a line. Those that change nothing here are noted all the same. */
const COMMANDS: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ["close", (_, { thread }) => void (thread.state = "closed")],
  ["reopen", (_, { thread }) => void (thread.state = "open")],
  [
    "label",
    (state, { thread, actor, rest }) => void changeLabels(state, { thread, actor, add: namesIn(rest) }),
  ],
  [
    "unlabel",
    (state, { thread, actor, rest }) => void changeLabels(state, { thread, actor, remove: namesIn(rest) }),
  ],
  ...["approve", "assign", "confidential", "lock", "merge", "move", "title"].map(
    (name) => [name, nothing] as const,
  ),
]);

/** Blocks that GitLab takes for text, whatever their lines begin with: code, and quotes between `>>>`. */
const BLOCK = /^(?:```|~~~|>>>)/;
const COMMAND = /^\/(\w+)(?:[ \t]+(.*))?$/;

/**
 * Carry out the quick actions in a text with the rights of its author, as GitLab does with every note and description.
 * The answer is the text without them.
 */
export function executeQuickActions(
  state: GitLabState,
  { thread, actor, text }: { thread: Thread; actor: Account; text: string },
): string {
  let block: string | undefined;
  const kept = text.split("\n").filter((line) => {
    const [mark] = BLOCK.exec(line) ?? [];
    if (mark !== undefined && (block === undefined || block === mark)) {
      block = block === undefined ? mark : undefined;
      return true;
    }
    return block !== undefined || !execute(state, { thread, actor }, line);
  });
  return kept.join("\n");
}

/** Whether a line was a command, which is done then. */
function execute(state: GitLabState, by: Pick<Executed, "thread" | "actor">, line: string): boolean {
  const [, command = "", rest = ""] = COMMAND.exec(line.trimEnd()) ?? [];
  const effect = COMMANDS.get(command.toLowerCase());
  if (effect === undefined) return false;
  const executed: Executed = { ...by, command, rest };
  state.executed.push(executed);
  effect(state, executed);
  return true;
}

/** Labels of a command: `~bug ~"coding agent"`. */
function namesIn(rest: string): string[] {
  return [...rest.matchAll(/~(?:"([^"]+)"|(\S+))/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}
