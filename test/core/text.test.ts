import { describe, expect, it } from "@jest/globals";

import { cut, neutralise } from "../../src/core/text.ts";

const visible = (text: string) => text.replaceAll("\u200b", "");

describe("neutralise", () => {
  it.each([
    ["a mention", "thanks @alice", /@alice/],
    ["a team", "ask @octo/team", /@octo/],
    ["a quick action", "done\n/merge now", /^\/merge/m],
    ["an indented quick action", "  /close", /^\s*\/close/m],
    ["hidden markup", "a <!-- secret --> b", /<!--/],
  ])("takes the effect of %s and leaves what a person reads", (_what, text, effect) => {
    const tame = neutralise(text);
    expect(tame).not.toMatch(effect);
    expect(visible(tame)).toBe(text);
  });

  it("leaves mail addresses, paths and plain words alone", () => {
    const text = "mail a@b.org about src/a/b.ts and 1/2";
    expect(neutralise(text)).toBe(text);
  });
});

describe("cut", () => {
  it("leaves a short text alone and ends a long one with an ellipsis", () => {
    expect(cut("short", 5)).toBe("short");
    expect(cut("longer", 5)).toBe("long…");
  });

  it("does not cut a character in two", () => {
    expect(cut("a😀b😀", 3)).toBe("a😀…");
  });
});
