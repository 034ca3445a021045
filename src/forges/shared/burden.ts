/** Levels, and arrays and objects in all: both are far beyond what any forge sends. */
const DEEPEST = 200;
const MOST_PARTS = 100_000;

/** Bytes of JSON that are parsed quickly, whatever they hold. */
const SMALL = 32 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;

/**
 * What would keep a server busy while it parses JSON: parts that are nested too deep, or too many of them. Undefined
 * where nothing does. One pass over the bytes, which takes a small part of the time that parsing takes.
 */
export function burdenOf(json: Uint8Array): string | undefined {
  if (json.length <= SMALL) return undefined;
  let depth = 0;
  let parts = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === ARRAY || byte === OBJECT) {
      depth++;
      parts++;
      if (depth > DEEPEST) return `the body is nested deeper than ${DEEPEST} levels`;
      if (parts > MOST_PARTS) return `the body has more than ${MOST_PARTS} arrays and objects`;
    } else if (byte === ARRAY_END || byte === OBJECT_END) {
      depth--;
    }
  }
  return undefined;
}
