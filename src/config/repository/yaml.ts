import type { Document } from "yaml";
import { isScalar, Lexer, LineCounter, parseDocument, visit } from "yaml";

import type { FileProblem } from "../../core/repository-file.ts";
import { LONGEST_REPOSITORY_FILE } from "../../core/repository-file.ts";
import { isMap } from "../environment.ts";
import { offsetOf } from "../locate.ts";

/** Where something stands in a file, both counted from 1. */
export interface FilePlace {
  readonly line: number;
  readonly column: number;
}

/** What a file says, and where it says what. */
export interface FileText {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where a setting stands, by its path; of what is missing, the nearest setting around it. */
  readonly placeOf: (path: string) => FilePlace | undefined;
}

/** Pieces that a file may be cut into: some hundred automations have so many. */
const MOST_PIECES = 10_000;
/** How deep lists and maps may lie within one another. */
const DEEPEST = 20;
const MOST_ALIASES = 50;

/** Only the first ones help: those that follow mostly come from them. */
const MOST_SYNTAX_PROBLEMS = 5;

/**
 * Read the text of a file whose writer nobody vouches for, in bounded time: what makes the parser slow or its result
 * large is refused by a look at the pieces of the text first. 64 KiB of `? ? ?` would keep it busy for minutes, and keys
 * are compared with one another here, since the parser compares each with all.
 */
export function readText(text: string): FileText | { readonly problems: readonly FileProblem[] } {
  const whole = (message: string) => ({ problems: [{ path: "", message }] });
  if (text.length > LONGEST_REPOSITORY_FILE) {
    return whole(`The file is longer than ${LONGEST_REPOSITORY_FILE / 1024} KiB.`);
  }
  const lines = new LineCounter();
  const heavy = weightOf(text);
  if (heavy !== undefined) return { problems: [{ path: "", ...heavy }] };
  try {
    // The pretty messages quote the file, which may hold what is not for everybody who sees a status.
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    const placeAt = (offset: number): FilePlace => {
      const { line, col: column } = lines.linePos(offset);
      return { line, column };
    };
    if (document.errors.length > 0) {
      const problems = document.errors.slice(0, MOST_SYNTAX_PROBLEMS).map(({ message, pos: [offset] }) => ({
        ...placeAt(offset),
        path: "",
        message: `This is not YAML: ${message}.`.replace(/\.\.$/, "."),
      }));
      return { problems };
    }
    const repeated = repeatedKeys(document, placeAt);
    if (repeated.length > 0) return { problems: repeated };
    const settings: unknown = document.toJS({ maxAliasCount: MOST_ALIASES }) ?? {};
    if (!isMap(settings)) return whole("The file must hold a map with `automations:`.");
    return {
      settings,
      placeOf: (path) => {
        const offset = offsetOf(document, path);
        return offset === undefined ? undefined : placeAt(offset);
      },
    };
  } catch {
    return whole("The file repeats its aliases too often, or is too deep, to be read.");
  }
}

/** What makes a text too heavy to be parsed, and where that begins. The pieces come one by one, each in little time. */
function weightOf(text: string): (FilePlace & { message: string }) | undefined {
  let [pieces, aliases, flow, indicators] = [0, 0, 0, 0];
  let place: FilePlace = { line: 1, column: 1 };
  const refused = (message: string) => ({ ...place, message });
  for (const piece of new Lexer().lex(text)) {
    pieces += 1;
    if (pieces > MOST_PIECES) return refused("The file has too many settings from here on.");
    if (piece === "?") return refused("Keys that begin with a question mark are not read here.");
    if (piece.startsWith("*")) aliases += 1;
    if (aliases > MOST_ALIASES) return refused("The file repeats its aliases too often.");
    if (piece === "[" || piece === "{") flow += 1;
    if (piece === "]" || piece === "}") flow -= 1;
    if (piece === "-" || piece === ":") indicators += 1;
    if (flow > DEEPEST || (flow <= 0 && indicators > DEEPEST)) {
      return refused("Lists and maps lie too deep within one another.");
    }
    if (piece.includes("\n")) indicators = 0;
    place = after(place, piece);
  }
  return undefined;
}

/** The place behind a piece of text. The lexer's own marks, control characters, take no room. */
function after({ line, column }: FilePlace, piece: string): FilePlace {
  if (/^[\u0002\u0018\u001f\ufeff]$/.test(piece)) return { line, column };
  const parts = piece.split("\n");
  const last = parts.at(-1)?.length ?? 0;
  return parts.length === 1
    ? { line, column: column + last }
    : { line: line + parts.length - 1, column: last + 1 };
}

function repeatedKeys(document: Document.Parsed, placeAt: (offset: number) => FilePlace): FileProblem[] {
  const problems: FileProblem[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name) && key.range) {
          problems.push({ ...placeAt(key.range[0]), path: "", message: "This key is there twice." });
        }
        seen.add(name);
      }
    },
  });
  return problems;
}
