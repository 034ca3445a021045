import type { z } from "zod";

import { ForgehandError } from "../core/errors.ts";

/** Something in the config that cannot stand. `path` says where, such as `automations.test.timeout`. */
export interface Problem {
  readonly path: string;
  /** The file and line in which it stands, such as `/etc/forgehand.yml:12`; absent for what no file says. */
  readonly at?: string;
  /** A sentence for the owner. Never holds a value of the config, which may be a secret. */
  readonly message: string;
}

/** CONFIG_INVALID with every problem on a line of its own. */
export function configInvalid(problems: readonly Problem[]): ForgehandError {
  const heading =
    problems.length === 1
      ? "The configuration has a problem:"
      : `The configuration has ${problems.length} problems:`;
  return new ForgehandError("CONFIG_INVALID", [heading, ...linesOf(problems)].join("\n"));
}

/** Problems or warnings as lines of text. */
export function linesOf(problems: readonly Problem[]): string[] {
  return problems.map(({ path, at, message }) => {
    const where = at === undefined ? "" : ` (${at})`;
    return `  ${path === "" ? "config" : path}${where}: ${message}`;
  });
}

/** A path into the config as text. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

/** What zod found, in sentences: unknown settings one by one, and bad names with what a name may be. */
export function problemsOf(issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => ({
          path: pathText([...issue.path, key]),
          message: "There is no such setting. Is it misspelt, or in the wrong place?",
        }));
      case "invalid_key":
        return issue.issues.map(({ message }) => ({ path: pathText(issue.path), message }));
      case "invalid_union":
        return unionProblems(issue);
      case "invalid_type":
        return [{ path: pathText(issue.path), message: typeMessage(issue) }];
      default:
        return [{ path: pathText(issue.path), message: sentence(issue.message) }];
    }
  });
}

/** Of a choice of shapes, what is wrong with the one whose type was meant. */
function unionProblems({ errors, path, message }: z.core.$ZodIssueInvalidUnion): Problem[] {
  const meant = errors.find(
    (issues) => !issues.some((one) => one.code === "invalid_type" && one.path.length === 0),
  );
  if (meant === undefined) return [{ path: pathText(path), message: sentence(message) }];
  return problemsOf(meant.map((issue) => ({ ...issue, path: [...path, ...issue.path] })));
}

function typeMessage({ expected, message }: z.core.$ZodIssueInvalidType): string {
  if (!message.startsWith("Invalid input")) return sentence(message);
  if (message.endsWith("received undefined")) return "This is missing.";
  return `This must be ${TYPES[expected] ?? expected}.`;
}

const TYPES: Readonly<Record<string, string>> = {
  object: "a map",
  record: "a map",
  array: "a list",
  number: "a number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
};

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
