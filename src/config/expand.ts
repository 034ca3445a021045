import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import type { Problem } from "./problem.ts";
import { pathText } from "./problem.ts";

/** Where values come from, and the folder that paths are relative to. */
export interface Source {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
}

/** What is written with `${NAME}` (environment) and `${file:PATH}` (relative to `folder`) filled in. */
export interface Expanded<Value> {
  /** Of the same shape as before: only texts differ. */
  readonly value: Value;
  /** One for each text of which something is not there; that text stays as it was written. */
  readonly unresolved: readonly Problem[];
}

/**
 * Fill in string values, after parsing, so that a value can never change the structure. `$${` stands for `${`. Texts
 * that `isLiteral` are left alone.
 */
export function expand<Value>(
  value: Value,
  source: Source,
  isLiteral: (text: string, path: readonly string[]) => boolean,
): Expanded<Value> {
  const unresolved: Problem[] = [];
  const walk = (inner: unknown, path: readonly string[]): unknown => {
    if (typeof inner === "string") {
      if (isLiteral(inner, path)) return inner;
      const text = expandText(inner, source);
      if ("value" in text) return text.value;
      unresolved.push({ path: pathText(path), message: text.problem });
      return inner;
    }
    if (Array.isArray(inner)) return inner.map((item, index) => walk(item, [...path, String(index)]));
    if (typeof inner === "object" && inner !== null) {
      return Object.fromEntries(
        Object.entries(inner).map(([key, item]) => [key, walk(item, [...path, key])]),
      );
    }
    return inner;
  };
  return { value: walk(value, []) as Value, unresolved };
}

/** Shell text of an automation, whose `${…}` is the shell's, and its prompt, which may show some. */
const TEXTS: ReadonlySet<string> = new Set(["run", "check", "prompt"]);

export function isShellText(_text: string, path: readonly string[]): boolean {
  return path.length === 3 && path[0] === "automations" && TEXTS.has(path[2] ?? "");
}

/** A value of the environment that is no reference as a whole: a secret may hold any characters. */
export function isNoReference(text: string): boolean {
  return !/^\$\{[^}]*\}$/.test(text);
}

/** One text filled in, or the sentence that says what is missing. */
export function expandText(text: string, source: Source): { value: string } | { problem: string } {
  const problems: string[] = [];
  const value = text.replace(/\$(\$\{)|\$\{([^}]*)\}/g, (whole, escaped?: string, name = "") => {
    if (escaped !== undefined) return escaped;
    const found = find(String(name), source);
    if ("value" in found) return found.value;
    problems.push(found.problem);
    return whole;
  });
  return problems.length === 0 ? { value } : { problem: problems.join(" ") };
}

function find(name: string, { environment, folder }: Source): { value: string } | { problem: string } {
  if (name.startsWith("file:")) return readText(name.slice("file:".length), folder);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return {
      problem:
        "A ${…} here names no environment variable and no file:PATH. Write $${ for the characters themselves.",
    };
  }
  const value = environment[name];
  if (value !== undefined) return { value };
  return { problem: `The environment variable ${name} is not set. Set it before Forgehand starts.` };
}

/** A file's text without the newline at its end, which editors add. */
function readText(path: string, folder: string): { value: string } | { problem: string } {
  try {
    return { value: readFileSync(resolve(folder, path), "utf8").replace(/\r?\n$/, "") };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return {
      problem: `The file ${path} cannot be read (${code}). A path is relative to the config file's folder.`,
    };
  }
}
