import { describe, expect, it } from "@jest/globals";

import { askedBy, means } from "../../src/match/commands.ts";

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
