import type { AgentError, Usage } from "../../core/agent.ts";
import { cutLines } from "./lines.ts";

/** What an agent's output said, before its exit is looked at. */
export interface Said {
  /** It said that it did its work. */
  readonly done: boolean;
  /** What it said last; empty where it said nothing. */
  readonly text: string;
  /** It said that it failed: why, in its own words. */
  readonly failed?: Failure;
  /** What it was still trying again when the output ended: what failed the last time. */
  readonly retrying?: Failure;
  /** Names of tools that it was not allowed to use. */
  readonly denied: readonly string[];
  /** Tokens by its own account; `requests` is 0 where it does not tell. */
  readonly usage?: Usage;
}

export interface Failure {
  readonly error: Exclude<AgentError, "none">;
  /** The program's own words, or ours where it has none. */
  readonly detail: string;
}

/** Reads what one program prints, piece by piece, in bounded memory. */
export interface Parser {
  push(text: string): void;
  /** What was said until now; the last line counts even where its end is missing. */
  said(): Said;
}

/** A parser of one JSON object a line. Lines that are no JSON object are skipped: warnings, and what a tool printed. */
export function jsonLines(take: (line: object) => void, said: () => Said): Parser {
  const lines = cutLines((line) => {
    const object = objectOf(line);
    if (object !== undefined) take(object);
  });
  return {
    push: (text) => lines.push(text),
    said() {
      lines.end();
      return said();
    },
  };
}

function objectOf(line: string): object | undefined {
  if (!line.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined;
  }
}
