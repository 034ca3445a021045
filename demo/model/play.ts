import type { Edit } from "./tools.ts";
import { runShell, writeFile } from "./tools.ts";
import type { Ask, Turn } from "./turn.ts";

/**
 * How the model behaves: `ok` works and says so; `text` only says so; `loop` calls a tool each time; a number is the
 * status of its answer; `hang` never answers; `cut` breaks its answer off.
 */
export const SCENARIOS = ["ok", "text", "loop", "400", "401", "429", "500", "529", "hang", "cut"] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** What it does when the scenario makes it work. */
export interface Work {
  /** The file that it makes, from all that it was told. */
  readonly edit: (text: string) => Edit;
  /** The working folder of the program, absolute; read from what it was told if not set. */
  readonly folder?: string;
}

/** The scenario that the name of a model asks for, such as `standin-401`, else the given one. */
export function scenarioOf(model: string, otherwise: Scenario): Scenario {
  return SCENARIOS.find((scenario) => model.endsWith(`-${scenario}`)) ?? otherwise;
}

/** What the model answers: first it calls a tool, and when that has its result it says what it did. */
export function turnOf(ask: Ask, scenario: Scenario, work: Work): Turn {
  if (ask.json) return { text: JSON.stringify({ title: "A file" }) };
  const edit = work.edit(ask.text);
  const done: Turn = { text: `Created ${edit.path} as asked.` };
  if (scenario === "text" || (ask.answered && scenario !== "loop")) return done;
  const command = /\bRun `([^`\n]+)`/.exec(ask.text)?.[1];
  const call =
    command === undefined
      ? writeFile(ask.tools, edit, work.folder ?? folderIn(ask.text))
      : runShell(ask.tools, command);
  return call === undefined ? done : { text: "I will do that.", call };
}

/** The file that people asked for, in words such as: Create `docs/hello.md` with `Hello`. Else a greeting. */
export function editIn(text: string): Edit {
  const found = /\bCreate `([^`\n]+)`(?: with `([^`]*)`)?/.exec(text);
  return { path: found?.[1] ?? "HELLO.md", content: `${found?.[2] ?? "Hello"}\n` };
}

/** The working folder, as the programs tell it to their model: `Working directory: /repo`, or `Workspace Directories:`. */
function folderIn(text: string): string | undefined {
  return /\b(?:working directory|workspace directories):\s+(?:- )?(\/[^\s`"'<>]+)/i.exec(text)?.[1];
}
