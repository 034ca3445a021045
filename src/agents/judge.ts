import type { AgentError, AgentResult } from "../core/agent.ts";
import type { Exit } from "../core/executor.ts";
import { cut } from "../core/text.ts";
import type { Failure, Said } from "./parsers/parser.ts";

/** Characters of a program's own words that a sentence of ours repeats. */
const DETAIL_LENGTH = 300;
/** Characters of what an agent said last that are kept. */
const TEXT_LENGTH = 16 * 1024;

/** What is known of an end beside the output. */
export interface End {
  readonly exit: Exit;
  /** Exit codes of the program that mean that it did what it was asked. */
  readonly done: readonly number[];
  /** What other exit codes of the program mean, where it has such. */
  readonly meaning?: (code: number) => Failure | undefined;
  /** What was refused it, in a sentence: the budget is spent. */
  readonly spent?: string;
}

/** Decide how an agent ended: only where its exit and its words both say so it did its work. */
export function judge(said: Said, end: End): AgentResult {
  const failure = failureOf(said, end);
  const shared = {
    text: shorten(said.text, TEXT_LENGTH),
    ...(said.usage ? { usage: said.usage } : {}),
  };
  if (failure !== undefined && end.spent !== undefined && end.exit.kind !== "not started") {
    return { ok: false, ...shared, error: "limit", message: end.spent };
  }
  if (failure !== undefined) return { ok: false, ...shared, ...failure };
  if (said.denied.length === 0) return { ok: true, ...shared, error: "none", message: "" };
  const tools = said.denied.join(", ");
  return { ok: true, ...shared, error: "denied", message: `It was not allowed to use: ${tools}.` };
}

function failureOf(said: Said, { exit, done: codes, meaning }: End): Told | undefined {
  const { failed, retrying } = said;
  const program = (message: string): Told => ({ error: "program", message });
  switch (exit.kind) {
    case "timed out": {
      const last = failed ?? retrying;
      if (last !== undefined) return tell(last, "It was still trying again when its time was over.");
      return { error: "timeout", message: "It was not done when its time was over." };
    }
    case "stopped":
      return { error: "none", message: "It was stopped before it was done." };
    case "not started":
      return program(exit.reason);
    case "over limit":
      return { error: "limit", message: `It was ended, for it used ${exit.what}.` };
    case "killed":
      return program(`It was ended by the signal ${exit.signal}.`);
    case "exited": {
      if (failed !== undefined) return tell(failed);
      if (codes.includes(exit.code)) {
        return said.done ? undefined : program("It ended without saying that it was done.");
      }
      const known = retrying ?? meaning?.(exit.code);
      if (known !== undefined) return tell(known);
      return program(`It ended with exit code ${exit.code} and did not say why.`);
    }
  }
}

/** A failure in words for a person. */
interface Told {
  readonly error: AgentError;
  readonly message: string;
}

const MEANINGS: Readonly<Record<Failure["error"], string>> = {
  auth: "The model's API does not accept the key.",
  rate: "The model's API asks to wait, or nothing is left to spend there.",
  model: "The model's API failed or refused what was asked.",
  limit: "A limit was reached.",
  timeout: "The model's API did not answer in time.",
  denied: "It was not allowed to use a tool.",
  program: "The program failed.",
};

/** The meaning of a failure, and the program's own words in one line. */
function tell({ error, detail }: Failure, also = ""): Told {
  const words = shorten(
    detail
      .slice(0, 4 * DETAIL_LENGTH)
      .replace(/\s+/g, " ")
      .trim(),
    DETAIL_LENGTH,
  );
  return { error, message: [MEANINGS[error], also, words && `It said: ${words}`].filter(Boolean).join(" ") };
}

/** What programs say may be megabytes long, so most of that is left out before characters are counted. */
function shorten(text: string, length: number): string {
  return cut(text.slice(0, 2 * length + 2), length);
}
