import type { Document, LineCounter } from "yaml";
import { isMap, isScalar, isSeq } from "yaml";

/**
 * The line of the file in which a setting stands, counted from 1; of what is missing, that of the nearest setting around
 * it. Undefined for what the file does not tell of at all.
 */
export type Locate = (path: string) => number | undefined;

/** Finds the settings of one file by their paths, such as `automations.test.timeout`. */
export function locator(document: Document.Parsed, lines: LineCounter): Locate {
  return (path) => {
    const offset = offsetOf(document, path);
    return offset === undefined ? undefined : lines.linePos(offset).line;
  };
}

/** Where a setting begins in the text of its file, in characters; of what is missing, the nearest setting around it. */
export function offsetOf(document: Document.Parsed, path: string): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const name of path.split(".")) {
    const inner = innerOf(node, name);
    if (inner === undefined) break;
    ({ node, offset } = inner);
  }
  return offset;
}

/** A part of a map or list by its name or place, and where that begins in the text. */
function innerOf(node: unknown, name: string): { node: unknown; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    return pair && isScalar(pair.key) ? found(pair.value, pair.key.range?.[0]) : undefined;
  }
  if (!isSeq(node) || !/^\d+$/.test(name)) return undefined;
  const item = node.items[Number(name)];
  const range = typeof item === "object" && item !== null && "range" in item ? item.range : undefined;
  return Array.isArray(range) ? found(item, range[0]) : undefined;
}

function found(node: unknown, offset: unknown): { node: unknown; offset: number } | undefined {
  return typeof offset === "number" ? { node, offset } : undefined;
}
