import { describe, expect, it } from "@jest/globals";

import type { Grants } from "../../../src/config/repository/grants.ts";
import { grantsSchema } from "../../../src/config/repository/grants.ts";
import { readRepositoryFile, readWritten } from "../../../src/config/repository/read.ts";
import { problemText } from "../../../src/core/repository-file.ts";

function grants(change: object = {}, secrets: Grants["secrets"] = {}): Grants {
  const granted = grantsSchema.parse({ repositories: ["octo/*"], ...change });
  if (granted === false) throw new Error("nothing is granted");
  return { ...granted, secrets };
}

const server = (change: object = {}, secrets: Grants["secrets"] = {}) => ({
  grants: grants(change, secrets),
  automations: [
    { name: "review", context: "forgehand/review" },
    { name: "lint", context: "forgehand/style" },
  ],
});

/** A file with one automation that has these lines beside a trigger and a command. */
const file = (lines: string, name = "test") =>
  `automations:\n  ${name}:\n    on: { push: true }\n    run: make test\n${lines
    .split("\n")
    .filter(Boolean)
    .map((line) => `    ${line}\n`)
    .join("")}`;

const read = (text: string, given = server()) => readRepositoryFile(text, given);
const problems = (text: string, given = server()) => read(text, given).problems.map(problemText);

describe("the file of a repository", () => {
  it("adds automations that run in the sandbox, with what is granted and nothing else", () => {
    const given = server({}, { TOKEN: "s3cret", OTHER: "hidden" });
    const [one] = read(file("secrets: [TOKEN]\nsandbox: auto"), given).automations;
    expect(one).toMatchObject({
      name: "test",
      run: "make test",
      sandbox: "required",
      network: ["package-registries"],
      secrets: { TOKEN: "s3cret" },
      context: "forgehand/test",
      timeout: 30 * 60_000,
      commits: { signOff: false },
    });
    expect(one?.written).toBe('{"on":{"push":true},"run":"make test","secrets":["TOKEN"],"sandbox":"auto"}');
  });

  it.each(["", "# nothing yet\n", "automations:\n", "automations: {}\n"])("may say nothing: %j", (text) => {
    expect(read(text)).toEqual({ automations: [], problems: [] });
  });

  it.each([
    [
      "sandbox: none",
      "Line 5, column 5: automations.test.sandbox: Automations of a repository run in the sandbox only.",
    ],
    [
      "repositories: [other/one]",
      "Line 5, column 5: automations.test.repositories: An automation of a repository is for that repository alone; take this line out.",
    ],
    [
      "forges: [github]",
      "Line 5, column 5: automations.test.forges: An automation of a repository is for that repository alone; take this line out.",
    ],
    [
      "awx_template: 7",
      "Line 5, column 5: automations.test.awx_template: Only the owner of the server sets this.",
    ],
    [
      "status: { context: ci/required }",
      "Line 5, column 5: automations.test.status: Only the owner of the server sets this. The status is called `forgehand/NAME`.",
    ],
    [
      "commit: { sign: { format: ssh, key: PRIVATE KEY } }",
      "Line 5, column 15: automations.test.commit.sign: A key has no place in a repository: only the owner of the server sets it.",
    ],
    [
      "allow: triage",
      "Line 5, column 5: automations.test.allow: Whoever asks needs write permission at least; write `write`, `maintain` or `admin`.",
    ],
    [
      "allow: { permission: write, bots: [7] }",
      "Line 5, column 33: automations.test.allow.bots: Only the owner of the server lets people in by their names.",
    ],
    [
      "allow: { users: [mallory] }",
      "Line 5, column 14: automations.test.allow.users: Only the owner of the server lets people in by their names.",
    ],
    [
      "forks: run",
      "Line 5, column 5: automations.test.forks: The server does not let repositories execute the code of forks.",
    ],
    [
      "timeout: 31m",
      "Line 5, column 5: automations.test.timeout: The server lets commands take 30m at most.",
    ],
    [
      "limits: { memory: 5GiB }",
      "Line 5, column 15: automations.test.limits.memory: The server does not grant so much.",
    ],
    [
      "limits: { processes: false }",
      "Line 5, column 15: automations.test.limits.processes: The server does not grant so much.",
    ],
    [
      "network: [pypi.org, evil.example]",
      "Line 5, column 25: automations.test.network.1: The server does not let commands reach this host.",
    ],
    [
      "secrets: [TOKEN]",
      "Line 5, column 15: automations.test.secrets.0: The server does not grant a secret of this name.",
    ],
    [
      "environment: { LD_PRELOAD: /x.so }",
      "Line 5, column 20: automations.test.environment.LD_PRELOAD: This variable steers programs before the sandbox closes around them: set it in `run:`.",
    ],
    [
      "environment: { PATH: /etc }",
      "Line 5, column 20: automations.test.environment.PATH: This variable steers programs before the sandbox closes around them: set it in `run:`.",
    ],
    [
      "environment: { KEY: 'a ${HOME} b' }",
      "Line 5, column 20: automations.test.environment.KEY: Nothing is filled in here: `${…}` is for the config of the server alone.",
    ],
    [
      "pull_request: { title: '${file:/etc/passwd}' }",
      "Line 5, column 21: automations.test.pull_request.title: Nothing is filled in here: `${…}` is for the config of the server alone.",
    ],
    [
      "colour: red",
      "Line 5, column 5: automations.test.colour: There is no such setting. Is it misspelt, or in the wrong place?",
    ],
  ])("may not say `%s`", (line, said) => {
    expect(problems(file(line))).toEqual([said]);
  });

  it("may not be called at certain times", () => {
    expect(problems("automations:\n  t:\n    on: { schedule: '0 6 * * *' }\n    run: x\n")).toEqual([
      "Line 3, column 11: automations.t.on.schedule: Times are set by the owner of the server alone.",
    ]);
  });

  it("tells every problem at once, in the order of the lines", () => {
    const text = `${file("sandbox: none\ntimeout: 2h")}  other:\n    on: { tag: true }\n    rum: x\nforges: {}\n`;
    expect(problems(text)).toEqual([
      "Line 10, column 1: forges: There is no such setting. Is it misspelt, or in the wrong place?",
    ]);
    expect(problems(text.replace("forges: {}\n", ""))).toEqual([
      "Line 5, column 5: automations.test.sandbox: Automations of a repository run in the sandbox only.",
      "Line 6, column 5: automations.test.timeout: The server lets commands take 30m at most.",
      "Line 7, column 3: automations.other.run: Say what to do: `run:` and a shell command, or `agent:` and its name.",
      "Line 9, column 5: automations.other.rum: There is no such setting. Is it misspelt, or in the wrong place?",
    ]);
  });

  it("leaves `${…}` of a command to the shell", () => {
    const [one] = read("automations:\n  t:\n    on: { push: true }\n    run: echo ${HOME}\n").automations;
    expect(one?.run).toBe("echo ${HOME}");
  });

  it.each(["review", "REVIEW", "lint", "style", "config", "Config"])(
    "cannot take the name %s: it is the server's, by name or by status",
    (name) => {
      expect(problems(file("", name))).toHaveLength(1);
      expect(read(file("", name)).automations).toEqual([]);
    },
  );

  it("cannot have two automations that differ in case alone", () => {
    expect(problems(`${file("")}  Test:\n    on: { push: true }\n    run: x\n`)).toEqual([
      "Line 5, column 3: automations.Test: There is an automation of this name already. Take another.",
    ]);
  });

  it("has as many automations as the server says", () => {
    const two = `${file("")}  other:\n    on: { push: true }\n    run: x\n`;
    expect(problems(two, server({ max: 1 }))).toEqual([
      "Line 1, column 1: automations: The server lets a repository have 1 automations at most.",
    ]);
    expect(read(two, server({ max: 2 })).automations).toHaveLength(2);
  });
});

describe("what the server grants", () => {
  it("is the most that an automation has, also where its file says nothing", () => {
    const given = server({
      timeout: "5m",
      network: [],
      limits: { memory: "1GiB", processes: 10, cpu: "1m" },
    });
    const [one] = read(file(""), given).automations;
    expect(one).toMatchObject({ timeout: 300_000, network: [] });
    expect(one?.limits).toEqual({ memory: 2 ** 30, processes: 10, cpu: 60, disk: 20 * 2 ** 30 });
  });

  it("is a frame in which the file may say less", () => {
    const given = server({ network: ["*.example.com", "package-registries"], forks: true });
    const [one] = read(
      file("timeout: 1m\nnetwork: [a.b.example.com, pypi.org]\nlimits: { memory: 64MiB }\nforks: run"),
      given,
    ).automations;
    expect(one).toMatchObject({ timeout: 60_000, network: ["a.b.example.com", "pypi.org"], forks: "run" });
    expect(one?.limits.memory).toBe(64 * 2 ** 20);
  });

  it.each([
    ["*.com", ["*.example.com"], false],
    ["example.com", ["*.example.com"], false],
    ["*.b.example.com", ["*.example.com"], true],
    ["badexample.com", ["*.example.com"], false],
    ["package-registries", ["pypi.org"], false],
  ])("decides whether %s is among the hosts %j: %s", (host, network, allowed) => {
    expect(problems(file(`network: ["${host}"]`), server({ network })).length === 0).toBe(allowed);
  });

  it("is asked again for what a run kept", () => {
    const written = '{"on":{"push":true},"run":"x","secrets":["TOKEN"]}';
    expect(readWritten("test", written, server({}, { TOKEN: "now" }))).toMatchObject({
      secrets: { TOKEN: "now" },
    });
    expect(readWritten("test", written, server())).toEqual({
      missing:
        "The server does not let .forgehand.yml of the repository do this any more. automations.test.secrets.0: The server does not grant a secret of this name.",
    });
  });
});

describe("a text that nobody vouches for", () => {
  const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    .concat(
      ["b", "c", "d", "e"].map(
        (name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcd"[index]}`).join()}]`,
      ),
    )
    .join("\n");

  it.each([
    ["a bomb of aliases", bomb, "The file repeats its aliases too often, or is too deep, to be read."],
    [
      "many aliases",
      `a: &a x\nb: [${"*a,".repeat(100)}]`,
      "Line 2, column 155: The file repeats its aliases too often.",
    ],
    [
      "keys within keys",
      "? ".repeat(30_000),
      "Line 1, column 1: Keys that begin with a question mark are not read here.",
    ],
    [
      "lists within lists",
      "[".repeat(30_000),
      "Line 1, column 21: Lists and maps lie too deep within one another.",
    ],
    [
      "lists within lists in a line",
      "- ".repeat(30_000),
      "Line 1, column 41: Lists and maps lie too deep within one another.",
    ],
    [
      "very many keys",
      "a:\n".repeat(20_000),
      "Line 2500, column 3: The file has too many settings from here on.",
    ],
    ["too long a text", `# ${"x".repeat(70_000)}`, "The file is longer than 64 KiB."],
    ["no map", "- automations", "The file must hold a map with `automations:`."],
    ["the path of a link", "../../etc/passwd", "The file must hold a map with `automations:`."],
    ["a key twice", "automations:\nautomations:\n", "Line 2, column 1: This key is there twice."],
    [
      "what grows by its aliases",
      `automations:\n  a: &a\n    run: "${"x".repeat(30_000)}"\n  b: *a\n  c: *a\n`,
      "With its aliases written out the file is too long.",
    ],
  ])("is refused when it is %s", (_what, text, said) => {
    expect(problems(text)).toEqual([said]);
  });

  it("is told where it is no YAML, without a word of what it says", () => {
    const [said = ""] = problems("automations:\n  test: { key: 'secret words\n");
    expect(said).toMatch(/^Line \d+, column \d+: This is not YAML: /);
    expect(said).not.toContain("secret");
  });

  it("cannot reach what every object has", () => {
    expect(read("automations: { __proto__: { run: x } }\n").automations).toEqual([]);
    expect(problems(file("constructor: 1"))).toHaveLength(1);
    expect(problems("__proto__: { automations: {} }\n")).toHaveLength(1);
  });
});
