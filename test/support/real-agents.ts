import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { describe } from "@jest/globals";

import { presets } from "../../src/agents/presets.ts";
import type { AgentName } from "../../src/core/agent.ts";
import { describeWith, missingOf } from "./services.ts";

/** The agents whose real programs every test run uses. */
export const ALWAYS = ["claude-code", "codex", "opencode"] as const satisfies readonly AgentName[];
/** Those that only the nightly size uses beside: they are slow, or there for completeness. */
export const NIGHTLY = ["gemini", "copilot"] as const satisfies readonly AgentName[];

const nightly = process.env.FORGEHAND_TEST_SIZE === "nightly";
/** Those that this test run uses. */
export const REAL: readonly AgentName[] = nightly ? [...ALWAYS, ...NIGHTLY] : ALWAYS;

/** The program of an agent as `npm run agents:install` installs it. */
export function realProgram(name: AgentName): string {
  return join(folderOf(name), "node_modules/.bin", presets[name].program);
}

/**
 * `describe` for tests of one real program: skipped with one line where the right version is not installed, or another
 * program that they need is missing.
 */
export function describeWithAgent(
  name: AgentName,
  others: readonly string[] = [],
): typeof describe | typeof describe.skip {
  const { verified } = presets[name];
  const there = versionInstalled(name) === verified;
  const missing = there ? [] : [`${name} ${verified ?? ""} (npm run agents:install)`];
  return describeWith([...missing, ...missingOf(others)]);
}

function versionInstalled(name: AgentName): string | undefined {
  const file = join(folderOf(name), "node_modules", presets[name].npm?.package ?? "", "package.json");
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { version?: string }).version;
}

function folderOf(name: AgentName): string {
  return join(import.meta.dirname, "../../.cache/agents", name);
}
