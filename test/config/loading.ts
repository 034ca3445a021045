import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach } from "@jest/globals";

import { keyVariable } from "../../src/agents/agents.ts";
import type { LoadOptions } from "../../src/config/load.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Problem } from "../../src/config/problem.ts";
import type { Config } from "../../src/config/schema.ts";
import { adapters } from "./adapters.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the test, with files in it. */
export function folderWith(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "forgehand-config-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

type Given = Partial<LoadOptions>;

/** The config of a forgehand.yml, which must be right. */
export function configOf(yaml: string | undefined, given: Given = {}): Config {
  const loaded = loading(yaml, given);
  if ("problems" in loaded) throw new Error(`the config has problems: ${JSON.stringify(loaded.problems)}`);
  return loaded.config;
}

/** The problems of a forgehand.yml, which must be wrong. */
export function problemsOf(yaml: string | undefined, given: Given = {}): readonly Problem[] {
  const loaded = loading(yaml, given);
  return "problems" in loaded ? loaded.problems : [];
}

function loading(yaml: string | undefined, given: Given) {
  const cwd = given.cwd ?? folderWith(yaml === undefined ? {} : { "forgehand.yml": yaml });
  return loadConfig({ environment: {}, adapters, keyVariable, ...given, cwd });
}
