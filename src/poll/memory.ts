import { z } from "zod";

import { LISTS } from "../core/listings.ts";

/** An open pull request as it was last seen. */
const Proposal = z.strictObject({
  version: z.string(),
  head: z.string().optional(),
  draft: z.boolean(),
  /** Whether a trigger label was on it. */
  labelled: z.boolean(),
});
export type Proposal = z.infer<typeof Proposal>;

const Issues = z.strictObject({
  /** The highest number that was ever listed: what has a higher one is new. */
  top: z.number(),
  /** When we looked first, in milliseconds: what is older is not new, be it opened again. */
  since: z.number(),
  /** Versions of the issues with a trigger label, by number. */
  labelled: z.record(z.string(), z.string()),
});
export type Issues = z.infer<typeof Issues>;

const Proposals = z.strictObject({
  top: z.number(),
  since: z.number(),
  open: z.record(z.string(), Proposal),
  /** What has a lower number was too much to remember; 0 where nothing was. */
  floor: z.number(),
});
export type Proposals = z.infer<typeof Proposals>;

const Branches = z.strictObject({
  /** Commits by name. */
  heads: z.record(z.string(), z.string()),
  /** True when there were more than are remembered: then nobody can tell which ones are new. */
  full: z.boolean(),
});
export type Branches = z.infer<typeof Branches>;

/** What is remembered of the looks at a repository. What was never looked at is absent: the next look is the first. */
const Memory = z.strictObject({
  /** What the automations wanted when it was looked at, as text. */
  wanted: z.string(),
  /** Looks in vain since the last one that went well. */
  failures: z.number(),
  /** The adapter's own notes. */
  marks: z.partialRecord(z.enum(LISTS), z.string()),
  issues: Issues.optional(),
  pullRequests: Proposals.optional(),
  branches: Branches.optional(),
});
export type Memory = z.infer<typeof Memory>;

export const NO_MEMORY: Memory = { wanted: "", failures: 0, marks: {} };

/** Read what was written. What cannot be read is forgotten: the next look is the first one. */
export function readMemory(text: string): Memory {
  if (text === "") return NO_MEMORY;
  try {
    return Memory.parse(JSON.parse(text));
  } catch {
    return NO_MEMORY;
  }
}

export function writeMemory(memory: Memory): string {
  return JSON.stringify(memory);
}
