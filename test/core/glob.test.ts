import { describe, expect, it } from "@jest/globals";

import type { GlobKind } from "../../src/core/glob.ts";
import { compileGlob, globProblem } from "../../src/core/glob.ts";

describe("a glob", () => {
  it.each<[GlobKind, string, string, boolean]>([
    ["file", "**", ".github/workflows/test.yml", true],
    ["file", "docs/**", "docs/.vitepress/config.ts", true],
    ["file", "docs/**", "docs", false],
    ["file", "docs/**", "other/docs/a", false],
    ["file", "**/*.ts", "index.ts", true],
    ["file", "**/*.ts", "packages/a/src/index.ts", true],
    ["file", "**/*.ts", "packages/a/indexts", false],
    ["file", "packages/*/src/**", "packages/a/src/b/c", true],
    ["file", "packages/*/src/**", "packages/a/b/src/c", false],
    ["file", "a/**/z", "a/z", true],
    ["file", "a/**/z", "a/b/c/z", true],
    ["file", "a/**/z", "a/bz", false],
    ["file", "*", "a/b", false],
    ["file", "Docs/*", "docs/a", false],
    ["file", "a?c", "a/c", false],
    ["file", "a[!b]c", "a/c", false],
    ["name", "Release/*", "release/1.0", true],
    ["name", "release/*", "release/1.0/fix", false],
    ["name", "release/**", "release/1.0/fix", true],
    ["name", "v[0-9].*", "v1.2", true],
    ["name", "v[!0-9]", "v1", false],
    ["name", "{main,release/{1,2}.x}", "release/2.x", true],
    ["name", "{main,release/{1,2}.x}", "release/3.x", false],
    ["name", "mainly", "main", false],
    ["text", "fix*", "Fix: a/b", true],
    ["text", "*[bot]", "renovate[bot]", true],
    ["text", "*[bot]", "bob", false],
    ["text", "{a,b}", "a", false],
    ["text", "caf?", "café", true],
    ["text", "?", "🙂", true],
  ])("of the kind %s, %s, and %s", (kind, glob, text, fits) => {
    expect(compileGlob(glob, kind)(text)).toBe(fits);
  });

  it.each<[GlobKind, string, RegExp]>([
    ["name", "{a", /brace/],
    ["name", "a}", /brace/],
    ["name", "[a", /bracket/],
    ["name", "[z-a]", /bracket/],
    ["file", "/a", /folder\/\*\*/],
    ["file", "a/", /folder\/\*\*/],
    ["file", "!a", /exclude/],
    ["name", "refs/heads/main", /refs\/heads/],
    ["name", "{1,2,3,4,5,6,7,8}".repeat(3), /more than 64/],
    ["text", "a".repeat(201), /200/],
  ])("of the kind %s that is wrong, %s, is told and fits nothing", (kind, glob, said) => {
    expect(globProblem(glob, kind)).toMatch(said);
    expect(compileGlob(glob, kind)(glob)).toBe(false);
  });

  it("that a backtracking engine would never be done with is answered", () => {
    const hostile = "*a".repeat(60);
    expect(compileGlob(`${hostile}b`, "text")("a".repeat(5_000))).toBe(false);
    expect(compileGlob(`${"**/".repeat(20)}*a*a*a*b`, "file")("a/".repeat(2_000))).toBe(false);
  });

  it("of braces that stand for very many is refused before they are written out", () => {
    expect(globProblem("{a,b}".repeat(40), "name")).toMatch(/more than 64/);
  });
});
