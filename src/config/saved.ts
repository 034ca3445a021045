import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import type { Problem } from "./problem.ts";

const FILE = "forges.env";

/**
 * What the set-up pages kept: environment variables that stand under the real ones. The file is made of lines
 * `KEY="value"`, the value written as a JSON string. No file: nothing was kept.
 */
export function readSaved(dataDir: string): { values: Record<string, string>; problems: Problem[] } {
  const path = join(dataDir, FILE);
  const values: Record<string, string> = {};
  const problems: Problem[] = [];
  const text = textOf(path);
  if (typeof text !== "string") return { values, problems: [text] };
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const entry = parse(line);
    if (entry !== undefined) values[entry.name] = entry.value;
    else {
      problems.push({
        path: `${path}:${index + 1}`,
        message: 'This is no line of the form KEY="value". Mend it, or remove it and set the forge up again.',
      });
    }
  }
  return { values, problems };
}

/**
 * Keep environment variables in the data folder, beside those that are kept already. Readable by the owner alone
 * (mode 600), and written whole or not at all.
 */
export async function saveEnvironment(
  dataDir: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const all = { ...readSaved(dataDir).values, ...values };
  const lines = Object.entries(all).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  const fresh = join(dataDir, `.${FILE}.${randomUUID()}`);
  try {
    const file = await open(fresh, "wx", 0o600);
    try {
      await file.writeFile(
        `# Kept by Forgehand's set-up pages. Variables of the real environment win.\n${lines.join("")}`,
      );
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, join(dataDir, FILE));
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

function textOf(path: string): string | Problem {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "";
    return {
      path,
      message: `What the set-up pages kept cannot be read (${code}). Give this account the right to.`,
    };
  }
}

function parse(line: string): { name: string; value: string } | undefined {
  const [, name, written] = /^([A-Za-z_][A-Za-z0-9_]*)=(".*")$/.exec(line) ?? [];
  if (name === undefined || written === undefined) return undefined;
  try {
    return { name, value: String(JSON.parse(written)) };
  } catch {
    return undefined;
  }
}
