import { createHash } from "node:crypto";

import type { ZodType } from "zod";

import { dataIn } from "./json.ts";

/** What an adapter noted at one look at a list. Undefined for none, and for one that an older release wrote otherwise. */
export function readMark<T>(schema: ZodType<T>, mark: string | undefined): T | undefined {
  return mark === undefined ? undefined : schema.safeParse(dataIn(mark)).data;
}

export function writeMark(note: object): string {
  return JSON.stringify(note);
}

/**
 * The version of a thread. Some times of change are to the second, or stand still when only labels or commits change: what
 * may have changed stands beside them.
 */
export function versionOf(changedAt: string, labels: readonly string[], headSha = ""): string {
  return JSON.stringify([changedAt, headSha, ...labels.toSorted()]);
}

/** A short text that is the same as long as all of these are, in whatever order they come. */
export function digestOf(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts.toSorted())).digest("base64url");
}
