import { describe, expect, it } from "@jest/globals";

import { plain } from "../../src/dashboard/plain.ts";

describe("the output of a command", () => {
  it.each([
    ["\u001b[1;31mred\u001b[0m", "red"],
    ["\u001b]0;title\u0007text", "text"],
    ["\u001b]8;;https://x\u001b\\link\u001b]8;;\u001b\\", "link"],
    ["one\r\ntwo\rthree\n", "one\ntwo\nthree\n"],
    ["bell\u0007 back\u0008 nul\u0000", "bell back nul"],
    ["tab\tGröße 🛠", "tab\tGröße 🛠"],
  ])("%j reads %j", (output, text) => {
    expect(plain(output)).toBe(text);
  });
});
