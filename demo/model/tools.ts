import { dirname, isAbsolute, join } from "node:path";

import type { Call } from "./turn.ts";

/** A file that the model makes, its path relative to the working folder of the program. */
export interface Edit {
  readonly path: string;
  readonly content: string;
}

/** The tools of the programs that write a file, in the order in which one is taken. */
const WRITERS: readonly (readonly [string, (path: string, edit: Edit) => Call["input"]])[] = [
  ["Write", (path, { content }) => ({ file_path: path, content })],
  ["write_file", (path, { content }) => ({ file_path: path, content })],
  ["write", (path, { content }) => ({ filePath: path, content })],
  ["create", (path, { content }) => ({ path, file_text: content })],
  ["apply_patch", (_path, edit) => patchOf(edit)],
  ["editor", (path, { content }) => ({ path, new_text: content })],
];

/** The tools of the programs that run a command of the shell. */
const SHELLS: readonly (readonly [string, (command: string) => Call["input"]])[] = [
  ["exec_command", (cmd) => ({ cmd })],
  ["Bash", (command) => ({ command, description: "Run a command" })],
  ["bash", (command) => ({ command, description: "Run a command" })],
  ["run_shell_command", (command) => ({ command })],
];

/** The call that makes a file, by the tools that are offered; undefined where none of them can. */
export function writeFile(
  tools: readonly string[],
  edit: Edit,
  folder: string | undefined,
): Call | undefined {
  const path = folder === undefined || isAbsolute(edit.path) ? edit.path : join(folder, edit.path);
  const found = WRITERS.find(([name]) => tools.includes(name));
  if (found !== undefined) return { name: found[0], input: found[1](path, edit) };
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const written = `printf %s ${quoted(edit.content)} > ${quoted(edit.path)}`;
  return runShell(tools, `mkdir -p ${quoted(dirname(edit.path))} && ${written}`);
}

/** The call that runs a command, by the tools that are offered; undefined where none of them can. */
export function runShell(tools: readonly string[], command: string): Call | undefined {
  const found = SHELLS.find(([name]) => tools.includes(name));
  return found && { name: found[0], input: found[1](command) };
}

/** The patch language of Codex; its paths are relative. */
function patchOf({ path, content }: Edit): string {
  const lines = content
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `+${line}`);
  return ["*** Begin Patch", `*** Add File: ${path}`, ...lines, "*** End Patch", ""].join("\n");
}
