import { describe, expect, it } from "@jest/globals";

import { expand, expandText, isShellText } from "../../src/config/expand.ts";
import { folderWith } from "./loading.ts";

const source = { environment: { NAME: "value", LIST: "a: [b]\n- c" }, folder: "/nowhere" };

describe("filling in", () => {
  it.each([
    ["${NAME}", "value"],
    ["x-${NAME}-${NAME}", "x-value-value"],
    ["$${NAME}", "${NAME}"],
    ["$NAME and $ and {NAME}", "$NAME and $ and {NAME}"],
    ["${LIST}", "a: [b]\n- c"],
  ])("turns %j into %j", (text, value) => {
    expect(expandText(text, source)).toEqual({ value });
  });

  it("does not fill in what was filled in", () => {
    expect(expandText("${A}", { environment: { A: "${B}", B: "b" }, folder: "/" })).toEqual({
      value: "${B}",
    });
  });

  it("reads a file without the newline at its end", () => {
    const folder = folderWith({ key: "line one\nline two\n" });
    expect(expandText("${file:key}", { ...source, folder })).toEqual({ value: "line one\nline two" });
  });

  it("names everything that is missing in a text", () => {
    const { problem } = expandText("${ONE} ${TWO}", source) as { problem: string };
    expect(problem).toContain("ONE");
    expect(problem).toContain("TWO");
  });

  it("touches values only, and never the shell text of an automation", () => {
    const written = {
      "${NAME}": ["${NAME}", 3],
      automations: { test: { run: "echo ${NAME} ${UNSET:-}", environment: { A: "${NAME}" } } },
    };
    expect(expand(written, source, isShellText)).toEqual({
      value: {
        "${NAME}": ["value", 3],
        automations: { test: { run: "echo ${NAME} ${UNSET:-}", environment: { A: "value" } } },
      },
      unresolved: [],
    });
  });
});
