import { stripVTControlCharacters } from "node:util";

import type { Fact } from "./story.ts";

/** Lines of the server's log that a failure shows. */
const LAST_WORDS = 25;

/** One line of the story: when, on which forge, where there, what. */
export function line(seconds: number, forge: string, place: string, what: string): string {
  const columns = [`${seconds.toFixed(2).padStart(6)} s`, forge.padEnd(6), place.padEnd(16)];
  return [...columns, stripVTControlCharacters(what)].join("  ");
}

/** Everything that was to be seen, one row each. */
export function table(facts: readonly Fact[]): string {
  const rows = facts.map(({ forge, place, step, at }) => [
    forge,
    place,
    step,
    at === undefined ? "MISSING" : `${at.toFixed(2)} s`,
  ]);
  const all = [["forge", "where", "what", "seen after"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const draw = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [draw(all[0] ?? []), rule, ...all.slice(1).map(draw)].join("\n");
}

/** The same facts for a program: one JSON object. `ok`: every one of them was seen. */
export function json({
  facts,
  seconds,
  server,
}: {
  facts: readonly Fact[];
  seconds: number;
  server: string;
}): string {
  return JSON.stringify({
    ok: facts.every(({ seen }) => seen !== undefined),
    seconds,
    server,
    facts: facts.map(({ seen, at, ...fact }) => ({ ...fact, seen: seen ?? null, at: at ?? null })),
  });
}

/** What was not seen, and what the server said last. */
export function missing(lost: readonly Fact[], log: readonly string[]): string {
  return [
    "This was not seen:",
    ...lost.map(({ forge, place, step }) => `  ${forge}, ${place}: ${step}`),
    "",
    "The last lines of the server's log:",
    ...log.slice(-LAST_WORDS).map((text) => `  ${text}`),
  ].join("\n");
}
