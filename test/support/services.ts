import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { describe } from "@jest/globals";

/** Whether a program is found on the path. */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Those of some programs that are not found on the path. */
export const missingOf = (programs: readonly string[]): string[] =>
  programs.filter((name) => !hasProgram(name));

/**
 * `describe` for tests that need more than Node, git and npm. Where something is missing they are skipped, with one
 * line that says what; FORGEHAND_TEST_SERVICES=required runs them all the same, so that they fail.
 */
export function describeWith(missing: readonly string[]): typeof describe | typeof describe.skip {
  if (missing.length === 0 || process.env.FORGEHAND_TEST_SERVICES === "required") return describe;
  process.stdout.write(`skipped, for want of: ${missing.join(", ")}\n`);
  return describe.skip;
}
