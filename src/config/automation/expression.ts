import { createRequire } from "node:module";

import type * as cel from "@marcbachmann/cel-js";
import type { ASTNode } from "@marcbachmann/cel-js";

import type { Condition } from "../../core/automation.ts";
import { compileGlob, LONGEST_GLOB } from "../../core/glob.ts";
import { declareFacts, factsOf } from "./facts.ts";

/** Loaded with the first expression: most configs have none, and the library takes 7 MB of memory. */
const require = createRequire(import.meta.url);

/** Characters of an expression. */
const LONGEST_EXPRESSION = 2_000;

/** What an expression may be made of, so that it is quick whatever the event holds. */
const LIMITS = { maxAstNodes: 300, maxDepth: 32, maxListElements: 100, maxMapEntries: 100 };

/** Steps that the globs of one answer may take together: some tens of milliseconds. */
const MOST_STEPS = 2_000_000;

/** What goes through a list. Two of them within one another could take for ever. */
const LOOPS: readonly string[] = ["all", "exists", "exists_one", "filter", "map"];

/** Functions that take no longer than what they are given is long, and make nothing longer. */
const FUNCTIONS: readonly string[] = [
  ...["has", "size", "string", "int", "double"],
  ...[
    "startsWith",
    "endsWith",
    "contains",
    "fits",
    "lowerAscii",
    "upperAscii",
    "trim",
    "indexOf",
    "substring",
  ],
];

/**
 * An expression, ready to be asked; or what is wrong with it, in a sentence for its owner. It is checked as a whole, its
 * types too, before any event comes. There are no regular expressions in it: one of them can take for ever on a text
 * that was written for that.
 */
export function compileCondition(text: string): Condition | { readonly problem: string } {
  if (text.length > LONGEST_EXPRESSION) {
    return { problem: `An expression has at most ${LONGEST_EXPRESSION} characters.` };
  }
  const { Environment } = require("@marcbachmann/cel-js") as typeof cel;
  const steps = { left: 0 };
  const environment = declareFacts(new Environment({ limits: LIMITS })).registerFunction(
    "string.fits(string): bool",
    (given: string, glob: string) => fits(given, glob, steps),
  );
  const parsed = attempt(() => environment.parse(text));
  if ("error" in parsed) return { problem: problemOf(parsed.error, text) };
  const refused = refusalOf(parsed.value.ast);
  if (refused !== undefined) return { problem: `${refused.why}${placeOf(refused.at, text)}` };
  const checked = parsed.value.check();
  if (!checked.valid) return { problem: problemOf(checked.error, text) };
  if (checked.type !== "bool") {
    return {
      problem: `It must say true or false, but it says a value of the type ${checked.type ?? "dyn"}.`,
    };
  }
  return {
    text,
    holds: (facts) => {
      steps.left = MOST_STEPS;
      const answer = attempt((): unknown => parsed.value(factsOf(facts)));
      if ("error" in answer) return { unclear: sentence(summaryOf(answer.error)) };
      return typeof answer.value === "boolean"
        ? answer.value
        : { unclear: "It says neither true nor false." };
    },
  };
}

/** Whether a text fits a glob in which `*` is any text, without regard to case. Every step is counted. */
function fits(text: string, glob: string, steps: { left: number }): boolean {
  if (glob.length > LONGEST_GLOB) throw new RangeError(`a glob has at most ${LONGEST_GLOB} characters`);
  steps.left -= (text.length + 1) * (glob.length + 1);
  if (steps.left < 0) throw new RangeError("the texts are too long to compare them with globs so often");
  return compileGlob(glob, "text")(text);
}

/** The first thing in an expression that could take too long, and where it is. */
function refusalOf(ast: ASTNode, isInLoop = false): { why: string; at: number } | undefined {
  const name = ast.op === "call" || ast.op === "rcall" ? ast.args[0] : undefined;
  const isLoop = name !== undefined && LOOPS.includes(name);
  if (isLoop && isInLoop) {
    return { why: `\`${name}\` stands within another one, which could take too long.`, at: ast.start };
  }
  if (name !== undefined && !isLoop && !FUNCTIONS.includes(name)) {
    const instead =
      name === "matches"
        ? 'There are no regular expressions: write `fits` and a glob, such as `title.fits("fix*")`.'
        : `There is no function \`${name}\` here; there are: ${[...FUNCTIONS, ...LOOPS].join(", ")}.`;
    return { why: instead, at: ast.start };
  }
  for (const [place, inner] of innerOf(ast).entries()) {
    // What a loop goes through is worked out once: only what it does with each member is within it.
    const refused = refusalOf(inner, isInLoop || (isLoop && place > 0));
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** The parts of an expression; of a call on something that thing first. */
function innerOf({ args }: ASTNode): ASTNode[] {
  return [args]
    .flat(3)
    .filter((one): one is ASTNode => typeof one === "object" && one !== null && "op" in one);
}

function attempt<T>(work: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

/** What the library says of an error, without the picture of where it is. */
function summaryOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  if ("summary" in error && typeof error.summary === "string") return error.summary;
  return "message" in error ? String(error.message) : "it cannot be worked out";
}

function problemOf(error: unknown, text: string): string {
  const range: unknown =
    typeof error === "object" && error !== null && "range" in error ? error.range : undefined;
  const start = typeof range === "object" && range !== null && "start" in range ? range.start : undefined;
  const where = typeof start === "number" ? placeOf(start, text) : "";
  return `This is no expression that can be asked: ${sentence(summaryOf(error))}${where}`;
}

function placeOf(at: number, text: string): string {
  const lines = text.slice(0, at).split("\n");
  const character = (lines.at(-1)?.length ?? 0) + 1;
  return lines.length === 1
    ? ` It is at character ${character}.`
    : ` It is in line ${lines.length}, at character ${character}.`;
}

const sentence = (said: string): string =>
  `${said.charAt(0).toUpperCase()}${said.slice(1).replace(/\.$/, "")}.`;
