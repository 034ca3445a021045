import { describe, expect, it } from "@jest/globals";

import { printable, readable } from "../../src/cli/log.ts";

describe("a log line for a person", () => {
  it("has time, level, message and data", () => {
    const line = JSON.stringify({
      level: 40,
      time: "2026-11-05T10:20:30.400Z",
      run: 7,
      msg: "status refused",
    });
    expect(readable(line)).toBe("10:20:30 warn  status refused run=7\n");
  });

  it("stays one line and steers no terminal", () => {
    const line = JSON.stringify({
      level: 30,
      time: "2026-11-05T10:20:30.400Z",
      name: "a\nb\u001b[2J",
      msg: "m",
    });
    expect(readable(line)).toBe("10:20:30 info  m name=a b\n");
    expect(printable("a\u0007\u009b31mb\tc\n")).toBe("ab\tc\n");
  });
});
