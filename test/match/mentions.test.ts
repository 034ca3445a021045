import { describe, expect, it } from "@jest/globals";

import { mentionsIn } from "../../src/match/mentions.ts";

describe("the mentions of a text", () => {
  it.each<[string, string[]]>([
    ["Please look, @forgehand.", ["forgehand"]],
    ["(@forge-hand) and @other_one, again @other_one", ["forge-hand", "other_one"]],
    ["@{1a2b-3c} please look", ["{1a2b-3c}"]],
    ["@<1a2b> please look", ["<1a2b>"]],
    ["mail to me@forgehand.example", []],
    ["see https://example.com/@forgehand", []],
    ["`@forgehand` and ``a ` @forgehand``", []],
    ["```\n@forgehand fix it\n```\nfine", []],
    ["~~~\n@forgehand never closed", []],
    ["> @forgehand said so", []],
    ["<!-- @forgehand --> nothing", []],
    ["<!-- @forgehand never closed", []],
    ["a ` b @forgehand", ["forgehand"]],
  ])("of %j", (text, named) => {
    expect(mentionsIn(text).named).toEqual(named);
  });

  it("leave out lines that are commands, and say whom those speak to", () => {
    expect(mentionsIn("@forgehand test\nThanks, @alice!")).toEqual({
      named: ["alice"],
      commanded: ["forgehand"],
    });
    expect(mentionsIn("/forgehand run tests")).toEqual({ named: [], commanded: [""] });
  });

  it.each([
    "`".repeat(60_000),
    "<!--".repeat(15_000),
    "```\n".repeat(15_000),
    `@${"a".repeat(60_000)}`,
    `${" ".repeat(60_000)}>`,
    Array.from({ length: 300 }, (_, length) => "`".repeat(length + 1)).join(" "),
  ])("of a text made to take long are found", (text) => {
    expect(mentionsIn(text).commanded).toEqual([]);
  });
});
