import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** The tree that a forge is added to. */
const ROOT = join(import.meta.dirname, "../../..");

/** What the program is made of, and what looks at it. */
const FOLDERS = ["src", "fixtures"];
const FILES = ["package.json", "tsconfig.json", ".dependency-cruiser.js"];

const LIST = "src/forges/index.ts";
const IMPORT = 'import { forgebox } from "./forgebox/index.ts";';

/** Write a copy of the tree into a folder, and add the forge to it as its people would. */
export function addForgebox(folder: string): void {
  for (const part of [...FOLDERS, ...FILES])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  cpSync(join(import.meta.dirname, "fixtures"), join(folder, "fixtures/forgebox"), { recursive: true });
  const adapter = join(folder, "src/forges/forgebox");
  mkdirSync(adapter);
  for (const file of readdirSync(join(import.meta.dirname, "forgebox"))) {
    const text = readFileSync(join(import.meta.dirname, "forgebox", file), "utf8");
    writeFileSync(join(adapter, file), inPlace(text));
  }
  const list = readFileSync(join(folder, LIST), "utf8");
  const listed = list
    .replace(/^import \{ gitea \}/m, `${IMPORT}\n$&`)
    .replace(/^ {2}gitea,$/m, "$&\n  forgebox,");
  writeFileSync(join(folder, LIST), listed);
}

/** Its files lie here so that they are checked with all others; there they import what is beside them. */
function inPlace(text: string): string {
  return text.replaceAll('"../../../../src/forges/', '"../').replaceAll('"../../../../src/', '"../../');
}

/** What a copy has that the tree has not, line by line where both have the file, and the other way round. */
export function differences(folder: string): string[] {
  const [before, after] = [filesOf(ROOT), filesOf(folder)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === undefined) return [`new: ${path}`];
    if (now === undefined) return [`gone: ${path}`];
    return [...linesOnlyIn(old, now, `${path} -`), ...linesOnlyIn(now, old, `${path} +`)];
  });
}

/** Texts of all files by their paths. */
function filesOf(folder: string): Map<string, string> {
  const below = (part: string): string[] =>
    readdirSync(join(folder, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  const paths = [...FILES, ...FOLDERS.flatMap(below)];
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), "latin1")]));
}

function linesOnlyIn(text: string, other: string, prefix: string): string[] {
  if (text === other) return [];
  const known = new Set(other.split("\n"));
  return text
    .split("\n")
    .filter((line) => !known.has(line))
    .map((line) => `${prefix} ${line}`);
}
