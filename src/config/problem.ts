import type { z } from "zod";

/** Something in the config that cannot stand. `path` says where, such as `automations.test.timeout`. */
export interface Problem {
  readonly path: string;
  /** A sentence for the owner. Never holds a value of the config, which may be a secret. */
  readonly message: string;
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
      case "invalid_type":
        return [{ path: pathText(issue.path), message: typeMessage(issue) }];
      default:
        return [{ path: pathText(issue.path), message: sentence(issue.message) }];
    }
  });
}

function typeMessage({ expected, input, message }: z.core.$ZodIssueInvalidType): string {
  if (!message.startsWith("Invalid input")) return sentence(message);
  if (input === undefined) return "This is missing.";
  return sentence(
    message
      .replace("Invalid input: expected", "It must be of the type")
      .replace(expected, TYPES[expected] ?? expected),
  );
}

const TYPES: Readonly<Record<string, string>> = {
  object: "map",
  record: "map",
  array: "list",
  int: "whole number",
  string: "text",
  boolean: "true or false",
};

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
