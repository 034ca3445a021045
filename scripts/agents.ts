import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { presets } from "../src/agents/presets.ts";

/**
 * Installs the real coding agents that tests run, in the versions that their presets were made for, below
 * `.cache/agents`: `npm run agents:install`. Those of every test run are Claude Code, Codex and opencode; with `--all`,
 * or FORGEHAND_TEST_SIZE=nightly, the others that npm has too. What is there already in the right version is left alone.
 * No install script of theirs is run: the presets find the build for this machine by themselves.
 */
const ALWAYS: readonly string[] = ["claude-code", "codex", "opencode"];
const FOLDER = join(import.meta.dirname, "../.cache/agents");

const all = process.argv.includes("--all") || process.env.FORGEHAND_TEST_SIZE === "nightly";
for (const { name, npm, verified } of Object.values(presets)) {
  if (npm === undefined || verified === undefined || !(all || ALWAYS.includes(name))) continue;
  const folder = join(FOLDER, name);
  const began = performance.now();
  if ((await installed(join(folder, "node_modules", npm.package))) === verified) {
    console.log(`${name} ${verified}: is there`);
    continue;
  }
  await install(folder, `${npm.package}@${verified}`);
  console.log(`${name} ${verified}: installed in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

async function installed(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
  return (JSON.parse(text) as { version?: string }).version;
}

async function install(folder: string, what: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // A package of its own, so that npm does not take the project's above it.
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--no-save", "--loglevel=error"];
  const args = ["install", "--ignore-scripts", "--prefer-offline", ...quiet, what];
  const npm = spawn("npm", args, { cwd: folder, stdio: "inherit" });
  const [code] = (await once(npm, "exit")) as [number | null];
  if (code !== 0) throw new Error(`npm could not install ${what}.`);
}
