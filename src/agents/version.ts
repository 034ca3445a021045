import { execa } from "execa";

import { ForgehandError } from "../core/errors.ts";
import type { Preset } from "./preset.ts";
import type { Program } from "./program.ts";

/** Milliseconds until a version counts as not told: Copilot CLI unpacks itself first, which takes up to 12 s. */
const DEADLINE_MS = 60_000;

/**
 * Ask a program for its version, in a home that it may write. Throws COMMAND_NOT_STARTED where it does not tell one: it
 * is another program of that name, or cannot run here.
 */
export async function versionOf(preset: Preset, { argv }: Program, home: string): Promise<string> {
  const [file, ...before] = argv;
  const { stdout, exitCode, shortMessage } = await execa(file, [...before, "--version"], {
    env: { PATH: process.env.PATH, HOME: home },
    extendEnv: false,
    stdin: "ignore",
    timeout: DEADLINE_MS,
    reject: false,
  });
  const line = stdout.trim().split("\n")[0]?.trim() ?? "";
  const version = exitCode === 0 ? preset.versionLine.exec(line)?.[1] : undefined;
  if (version !== undefined) return version;
  const why = exitCode === 0 ? `it printed: ${line.slice(0, 100)}` : shortMessage;
  const message = `The program ${file} does not tell the version of ${preset.name}; ${why}.`;
  throw new ForgehandError("COMMAND_NOT_STARTED", message);
}
