import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { afterEach } from "@jest/globals";

const COMMAND = fileURLToPath(new URL("../../src/cli/forgehand.ts", import.meta.url));
const folders: string[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the test, with files in it. */
export function folderWith(files: Record<string, string | Uint8Array> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "forgehand-cli-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

interface Given {
  readonly cwd?: string;
  readonly environment?: Record<string, string>;
  /** That of another tree than this one. */
  readonly command?: string;
}

/** Start the real command with nothing in its environment but what is given. */
export function start(
  args: readonly string[],
  { cwd = folderWith(), environment = {}, command = COMMAND }: Given = {},
) {
  const child = spawn(process.execPath, [command, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

/** The real command from start to end: its exit code and what it wrote. */
export async function forgehand(
  args: readonly string[],
  given: Given = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(args, given);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
