import { describe, expect, it } from "@jest/globals";

import { cutLines } from "../../../src/agents/parsers/lines.ts";

function linesOf(pieces: readonly string[], longest?: number): string[] {
  const taken: string[] = [];
  const lines = cutLines((line) => taken.push(line), longest);
  for (const piece of pieces) lines.push(piece);
  lines.end();
  return taken;
}

describe("cutLines", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["whole lines in one piece", ["one\ntwo\n"], ["one", "two"]],
    ["a line in several pieces", ["o", "n", "e\ntw", "o\n"], ["one", "two"]],
    ["a last line without an end", ["one\ntwo"], ["one", "two"]],
    ["no empty lines", ["\n\none\n\n"], ["one"]],
    ["nothing", [], []],
  ])("hands on %s", (_what, pieces, lines) => {
    expect(linesOf(pieces)).toEqual(lines);
  });

  it("drops a line that is longer than the longest, and reads what follows it", () => {
    expect(linesOf(["12345", "6\n12345\n", "1234567890\n", "12"], 5)).toEqual(["12345", "12"]);
  });

  it("keeps nothing of a line that is too long, however long it goes on", () => {
    const piece = "x".repeat(1024 * 1024);
    const taken: number[] = [];
    const lines = cutLines((line) => taken.push(line.length));
    for (let mebibytes = 0; mebibytes < 9; mebibytes++) lines.push(piece);
    lines.push("\nshort\n");
    expect(taken).toEqual([5]);
  });
});
