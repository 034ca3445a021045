import { describe, expect, it } from "@jest/globals";

import { askedBy, means, spokenIn } from "../../src/match/commands.ts";

const agent = { name: "coding-agent", on: { label: "coding agent" } };
const retest = { name: "test", on: { command: "retest" } };
const follows = { name: "deploy", on: { push: true } };

describe("what a comment asks for", () => {
  it.each([
    [
      "an automation by its name",
      "/forgehand run coding-agent",
      agent,
      { said: "/forgehand run coding-agent" },
    ],
    ["in any case", "/Forgehand RUN Coding-Agent \r\n", agent, { said: "/forgehand run coding-agent" }],
    ["its command word", "Well.\n/forgehand retest", retest, { said: "/forgehand retest" }],
    ["its name beside its word", "/forgehand run test", retest, { said: "/forgehand run test" }],
    ["a mention", "@bot run coding-agent", agent, { said: "@bot run coding-agent", mentioned: "bot" }],
    ["a mention with a colon", "@bot: retest", retest, { said: "@bot retest", mentioned: "bot" }],
    ["an id", "@{557058:ab} retest", retest, { said: "@{557058:ab} retest", mentioned: "{557058:ab}" }],
    ["another automation", "/forgehand run other", agent, undefined],
    ["a name without run", "/forgehand coding-agent", agent, undefined],
    ["more words", "/forgehand run coding-agent now", agent, undefined],
    ["a line that goes on", "please /forgehand run coding-agent", agent, undefined],
    ["a quote", "> /forgehand run coding-agent", agent, undefined],
    ["code", "```\n/forgehand run coding-agent\n```", agent, undefined],
    ["an automation that nobody asks for", "/forgehand run deploy", follows, undefined],
  ])("%s", (_what, body, automation, expected) => {
    expect(askedBy(body, automation)).toEqual(expected);
  });
});

describe("what a comment says to Forgehand itself", () => {
  it.each<[string, string, ReturnType<typeof spokenIn>]>([
    ["a word", "/forgehand status", { said: "/forgehand status", word: "status" }],
    [
      "a word and what it is about",
      "/forgehand cancel test",
      { said: "/forgehand cancel test", word: "cancel", argument: "test" },
    ],
    ["in any case", "/ForgeHand HELP", { said: "/forgehand help", word: "help" }],
    [
      "among other lines",
      "Well.\r\n\r\n/forgehand retry 12\r\nThanks.",
      { said: "/forgehand retry 12", word: "retry", argument: "12" },
    ],
    [
      "blanks around",
      "/forgehand \t approve   abc1234  ",
      { said: "/forgehand approve abc1234", word: "approve", argument: "abc1234" },
    ],
    ["a mention", "@bot status", { said: "@bot status", mentioned: "bot", word: "status" }],
    ["a mention with a colon", "@bot: cancel", { said: "@bot cancel", mentioned: "bot", word: "cancel" }],
    [
      "a mention by id in braces",
      "@{557058:ab} help",
      { said: "@{557058:ab} help", mentioned: "{557058:ab}", word: "help" },
    ],
    [
      "a mention by id in angles",
      "@<0A1B> help",
      { said: "@<0A1B> help", mentioned: "<0A1B>", word: "help" },
    ],
    ["run alone", "/forgehand run", { said: "/forgehand run", word: "run" }],
    ["nothing", "/forgehand", { said: "/forgehand" }],
    ["another word", "/forgehand dance", { said: "/forgehand dance" }],
    ["too many words", "/forgehand cancel it now please", { said: "/forgehand cancel it now" }],
    ["talk to somebody", "@bot what is the status", undefined],
    ["a mention alone", "@bot", undefined],
    ["another program", "/forgehandy status", undefined],
    ["within a line", "say /forgehand status", undefined],
    ["a quote", "> /forgehand status", undefined],
    ["a deep quote", ">> /forgehand status", undefined],
    ["a list", "- /forgehand status", undefined],
    ["indented code", "    /forgehand status", undefined],
    ["code in a line", "`/forgehand status`", undefined],
    ["a block of code", "```\n/forgehand status\n```", undefined],
    ["a block with a language", "```sh\r\n/forgehand status\r\n```", undefined],
    ["a block of tildes that holds a fence", "~~~\n```\n/forgehand status\n~~~", undefined],
    ["a longer fence", "````\n```\n/forgehand status\n````", undefined],
    ["a block that nobody closed", "```\n/forgehand status", undefined],
    ["a hidden comment", "<!-- \n/forgehand status\n-->", undefined],
    [
      "after a block of code",
      "```\nx\n```\n/forgehand status",
      { said: "/forgehand status", word: "status" },
    ],
    [
      "after a hidden comment",
      "<!-- x\n-->\n/forgehand status",
      { said: "/forgehand status", word: "status" },
    ],
    [
      "after code within a line",
      "```x``` y\n/forgehand status",
      { said: "/forgehand status", word: "status" },
    ],
    ["nobody", "", undefined],
  ])("%s", (_, body, spoken) => {
    expect(spokenIn(body)).toEqual(spoken);
  });

  it("is found in a long comment in no time", () => {
    expect(spokenIn("```\n~~~\n@".repeat(40_000))).toBeUndefined();
    expect(spokenIn(`${"@a".repeat(100_000)}\n${"<!--".repeat(50_000)}`)).toBeUndefined();
  });
});

describe("a mention", () => {
  const account = { id: "{557058:ab}", login: "forgehand[bot]" };

  it.each(["forgehand", "Forgehand", "{557058:AB}", "557058:ab", '"forgehand"', "<557058:ab>"])(
    "of %s means the account",
    (mentioned) => {
      expect(means(mentioned, account)).toBe(true);
    },
  );

  it.each(["forge", "forgehand2", "bot", "{}", ""])("of %j does not", (mentioned) => {
    expect(means(mentioned, { ...account, id: "" })).toBe(false);
  });
});
