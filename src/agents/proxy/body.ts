import type { IncomingMessage } from "node:http";

import type { Json } from "./dialect.ts";
import { isObject } from "./dialect.ts";

/** What came of reading a request's body. `gone`: the program left before its end. */
export type BodyRead =
  { readonly bytes: Buffer; readonly lack?: never } | { readonly lack: "too large" | "no room" | "gone" };

/** Memory for the bodies of one run, in bytes. */
export interface Room {
  /** Take some; false where there is not as much left. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createRoom(most: number): Room {
  let taken = 0;
  return {
    take: (bytes) => {
      if (taken + bytes > most) return false;
      taken += bytes;
      return true;
    },
    give: (bytes) => {
      taken -= bytes;
    },
  };
}

/** Read a body of at most `limit` bytes. What it takes of `room` is the caller's to give back, if it gets the bytes. */
export async function readBody(request: IncomingMessage, limit: number, room: Room): Promise<BodyRead> {
  const chunks: Buffer[] = [];
  let size = 0;
  const leave = (lack: "too large" | "no room" | "gone"): BodyRead => {
    room.give(size);
    return { lack };
  };
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (size + chunk.length > limit) return leave("too large");
      if (!room.take(chunk.length)) return leave("no room");
      size += chunk.length;
      chunks.push(chunk);
    }
  } catch {
    return leave("gone");
  }
  return { bytes: Buffer.concat(chunks) };
}

/** A body as a JSON object, or what is wrong with it. */
export function parseBody(bytes: Buffer): { readonly body: Json } | { readonly why: string } {
  let text: string;
  let body: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    body = JSON.parse(text) as unknown;
  } catch {
    return { why: "the body is no JSON" };
  }
  if (!isObject(body)) return { why: "the body is no JSON object" };
  // The API could take the first of two `model`s where we take the last.
  return hasTwin(topKeys(text)) ? { why: "the body says something twice" } : { body };
}

function hasTwin(keys: readonly string[]): boolean {
  return new Set(keys).size < keys.length;
}

/** The keys of the outermost object of a text that is JSON, each as often as it is written. */
function topKeys(text: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    else if (character === '"') {
      const end = endOfString(text, at);
      if (depth === 1 && isKey(text, end)) keys.push(JSON.parse(text.slice(at, end)) as string);
      at = end - 1;
    }
  }
  return keys;
}

/** Behind the closing quote of the string that begins here. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (/\s/.test(text[at] ?? "")) at += 1;
  return text[at] === ":";
}
