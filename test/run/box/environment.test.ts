import { spawnSync } from "node:child_process";

import { expect, it } from "@jest/globals";

import { asArguments, carry } from "../../../src/run/box/environment.ts";
import { describeWith, missingOf } from "../../support/services.ts";

function carried(environment: Record<string, string>): { words: string[]; unpack: string[] } {
  const packed = carry(environment);
  if ("odd" in packed) throw new Error(`${packed.odd} is odd`);
  return { words: [...packed.words], unpack: [...packed.unpack] };
}

it("values are in the words alone, under names that steer nothing", () => {
  const { words, unpack } = carried({ LD_PRELOAD: "a value", TOKEN: "another" });
  expect(words.join(" ")).toBe("--setenv FORGEHAND_CARRIED_0 a value --setenv FORGEHAND_CARRIED_1 another");
  expect(unpack.join("\n")).not.toMatch(/a value|another/);
});

it.each([
  ["a name that is a line of shell", { "A;touch x": "1" }, "A;touch x"],
  ["the name of a function of bash", { "BASH_FUNC_exec%%": "() { :; }" }, "BASH_FUNC_exec%%"],
  ["an empty name", { "": "1" }, ""],
  ["a value that could be more words", { GOOD: "1", BAD: "1\0--bind\0/\0/" }, "BAD"],
])("%s is not carried", (_, environment, odd) => {
  expect(carry(environment)).toEqual({ odd });
});

it("each word ends where bubblewrap looks for its end, also an empty one", () => {
  expect(asArguments(["--setenv", "A", ""]).toString()).toBe("--setenv\0A\0\0");
});

describeWith(missingOf(["bash"]))("what is carried", () => {
  it.each([
    ["sh", "/bin/sh"],
    ["bash in the place of sh", "/bin/bash"],
  ])("is unpacked by %s, and what that keeps for itself stops nothing", (_, shell) => {
    const wanted = {
      OPTIND: "none",
      PPID: "none",
      UID: "none",
      PATH: "/nowhere",
      IFS: "A",
      TEXT: "a\n'b' $c",
    };
    const { words, unpack } = carried(wanted);
    const environment = Object.fromEntries(
      words.flatMap((word, index) => (index % 3 === 1 ? [[word, words[index + 1] ?? ""]] : [])),
    );
    const script = [...unpack, 'exec "$@"'].join("\n");
    const program = [process.execPath, "-p", "JSON.stringify(process.env)"];
    const { stdout } = spawnSync(shell, ["-c", script, "sh", ...program], {
      argv0: "sh",
      env: environment,
      encoding: "utf8",
    });
    const seen = JSON.parse(stdout) as Record<string, string>;
    expect(seen).toMatchObject({ PATH: "/nowhere", IFS: "A", TEXT: "a\n'b' $c" });
    expect(Object.keys(seen).filter((name) => name.startsWith("FORGEHAND_"))).toEqual([]);
  });
});
