import { describe } from "@jest/globals";

export { hasProgram, missingOf } from "./programs.ts";

/**
 * `describe` for tests that need more than Node, git and npm. Where something is missing they are skipped, with one
 * line that says what; FORGEHAND_TEST_SERVICES=required runs them all the same, so that they fail.
 */
export function describeWith(missing: readonly string[]): typeof describe | typeof describe.skip {
  if (missing.length === 0 || process.env.FORGEHAND_TEST_SERVICES === "required") return describe;
  process.stdout.write(`skipped, for want of: ${missing.join(", ")}\n`);
  return describe.skip;
}
