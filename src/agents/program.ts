import { constants } from "node:fs";
import { access, open, readFile, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";

import { ForgehandError } from "../core/errors.ts";
import type { Machine, Preset } from "./preset.ts";

/** A program that was found. */
export interface Program {
  /** What starts it: its absolute path, after Node's where it is JavaScript. */
  readonly argv: readonly [string, ...string[]];
  /** Folders and files that it needs to read: where it is installed, and what it is run by. */
  readonly reads: readonly string[];
}

/**
 * Find the program of a preset: an absolute path, or a name that is looked for in the absolute folders of `path`. Links
 * are followed; where npm installed it, its build for this machine is taken. Throws COMMAND_NOT_STARTED where it is not
 * there.
 */
export async function findProgram(
  preset: Preset,
  program = preset.program,
  path = process.env.PATH,
): Promise<Program> {
  const link = isAbsolute(program) ? program : await onPath(program, path ?? "");
  const file = link === undefined ? undefined : await realpath(link).catch(() => undefined);
  if (file === undefined || !(await canRun(file))) throw notThere(preset, program);
  const native = await nativeOf(preset, file);
  if (native !== undefined) return { argv: [native], reads: [await homeOf(native)] };
  return interpreted(file);
}

async function onPath(program: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, program);
    // A folder that is not absolute would be one of the repository.
    if (isAbsolute(folder) && !program.includes("/") && (await canRun(file))) return file;
  }
  return undefined;
}

async function canRun(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

function notThere({ name, npm }: Preset, program: string): ForgehandError {
  const install = npm === undefined ? "Install it" : `Install it (npm install --global ${npm.package})`;
  const message = `The program ${program} of the agent ${name} is not there. ${install}, or name its path by \`program\`.`;
  return new ForgehandError("COMMAND_NOT_STARTED", message);
}

/** The build for this machine that npm put beside the package, or into it, that the program belongs to. */
async function nativeOf({ npm }: Preset, file: string): Promise<string | undefined> {
  if (npm === undefined || !file.includes(`/node_modules/${npm.package}/`)) return undefined;
  const candidates = npm.native(await machine());
  // As Node looks for a package: in the package's own node_modules, then in those of the folders above.
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    for (const candidate of candidates) {
      const found = join(folder, "node_modules", candidate);
      if (await canRun(found)) return await realpath(found);
    }
  }
  return undefined;
}

async function machine(): Promise<Machine> {
  const processor = await readFile("/proc/cpuinfo", "latin1").catch(() => "");
  return { platform: process.platform, architecture: process.arch, avx2: /\bavx2\b/.test(processor) };
}

/** Bytes in which the first line of a script stands. */
const HEAD = 256;

/** A script needs what runs it: Node, or the Python of a virtual environment; any other program stands alone. */
async function interpreted(file: string): Promise<Program> {
  const [, interpreter, argument] = /^#!\s*(\S+)(?:[ \t]+(\S+))?/.exec(await headOf(file)) ?? [];
  if (interpreter === undefined) return { argv: [file], reads: [await homeOf(file)] };
  if (/\bnode$/.test(argument ?? interpreter)) {
    return { argv: [process.execPath, file], reads: [await homeOf(file), await realpath(process.execPath)] };
  }
  const python = await environmentOf(interpreter);
  return { argv: [file], reads: [await homeOf(file), ...python] };
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The folder of a virtual environment of Python and the installation that it was made from (PEP 405), if it is one. */
async function environmentOf(interpreter: string): Promise<string[]> {
  const folder = dirname(dirname(interpreter));
  const config = await readFile(join(folder, "pyvenv.cfg"), "utf8").catch(() => undefined);
  if (config === undefined) return [];
  const home = /^home\s*=\s*(.+)$/m.exec(config)?.[1]?.trim();
  return home === undefined ? [folder] : [folder, dirname(await realpath(home).catch(() => home))];
}

/** The package that a file belongs to, where npm installed it; else the file alone. */
async function homeOf(file: string): Promise<string> {
  for (let folder = dirname(file); folder.includes("/node_modules/"); folder = dirname(folder)) {
    if (await stat(join(folder, "package.json")).catch(() => undefined)) return folder;
  }
  return file;
}
