import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { LineCounter, parseDocument } from "yaml";

import { isMap } from "./environment.ts";
import type { Locate } from "./locate.ts";
import { locator } from "./locate.ts";
import type { Problem } from "./problem.ts";

const NAMES = ["forgehand.yml", "forgehand.yaml"];

/** The config file: the one named, else that of FORGEHAND_CONFIG, else forgehand.yml or .yaml where there is one. */
export function findFile(options: {
  file?: string;
  cwd: string;
  environment: Readonly<Record<string, string | undefined>>;
}): string | undefined {
  const named = options.file ?? options.environment.FORGEHAND_CONFIG ?? "";
  if (named !== "") return resolve(options.cwd, named);
  return NAMES.map((name) => resolve(options.cwd, name)).find((path) => existsSync(path));
}

/** What a config file says, before anything is filled in or checked, and where. An empty file says nothing. */
export function readFile(
  file: string,
): { settings: Readonly<Record<string, unknown>>; locate: Locate } | { problems: Problem[] } {
  const text = textOf(file);
  if (typeof text !== "string") return { problems: [text] };
  const lineCounter = new LineCounter();
  // The pretty messages quote the lines of the file, and one of them may hold a secret.
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map(({ message, pos }) => {
        const { line, col } = lineCounter.linePos(pos[0]);
        return {
          path: `${file}:${line}:${col}`,
          message: `This is not YAML: ${message}.`.replace(/\.\.$/, "."),
        };
      }),
    };
  }
  try {
    const settings: unknown = document.toJS() ?? {};
    if (isMap(settings)) return { settings, locate: locator(document, lineCounter) };
    return {
      problems: [{ path: file, message: "The file must hold a map of settings, such as `forges:`." }],
    };
  } catch {
    return { problems: [{ path: file, message: "The file repeats its aliases too often to be read." }] };
  }
}

function textOf(file: string): string | Problem {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return { path: file, message: `The config file cannot be read (${code}). Check its path and its mode.` };
  }
}
