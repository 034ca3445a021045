import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { createAgents } from "../../src/agents/agents.ts";
import { presets } from "../../src/agents/presets.ts";
import { STEERING } from "../../src/agents/steering.ts";
import type { ModelProxyOptions } from "../../src/agents/proxy/proxy.ts";
import type { AgentChoice, AgentName, AgentPlaces, Usage } from "../../src/core/agent.ts";
import { AGENTS } from "../../src/core/agent.ts";
import { silent } from "../../src/core/log.ts";
import { temporaryFolder } from "../support/temporary.ts";

const KEY = "the-real-key-of-the-owner";
const TOKEN = "the-token-of-one-run";
const SPENT: Usage = { inputTokens: 1, outputTokens: 2, cachedTokens: 0, requests: 1 };

async function scene() {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const places: AgentPlaces = { work: at("work"), home: at("home"), tmp: at("tmp"), outside: at("outside") };
  for (const place of Object.values(places) as string[]) await mkdir(place);
  const program = at("program");
  await writeFile(program, "#!/bin/sh\necho nothing\n");
  await chmod(program, 0o755);
  const opened: ModelProxyOptions[] = [];
  const spent = new AbortController();
  const seen = { closed: 0 };
  const agents = createAgents({ log: silent }, (options) => {
    opened.push(options);
    return Promise.resolve({
      socket: at("outside/model.sock"),
      ...(options.loopback === true ? { loopback: "http://127.0.0.1:1234" } : {}),
      token: TOKEN,
      usage: () => SPENT,
      spent: spent.signal,
      close: () => {
        seen.closed++;
        return Promise.resolve();
      },
    });
  });
  const open = (name: AgentName, more: Partial<AgentChoice> & { boxed?: boolean } = {}) => {
    const { boxed = true, ...choice } = more;
    const given = { places, prompt: "Mend it.", budget: { tokens: 5 }, boxed };
    return agents.open({ name, program, key: KEY, args: [], ...choice }, given);
  };
  return { ...folder, agents, places, program, opened, spent, seen, open };
}

/** All files below a folder, one text after the other. */
async function textIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "utf8")));
  return texts.join("\n");
}

describe.each(AGENTS)("the agent %s", (name) => {
  it("is given the token of its run and the address of its way, and never the key", async () => {
    await using here = await scene();
    const session = await here.open(name);
    const { argv, environment, stdin } = session;
    const all = [JSON.stringify({ argv, environment, stdin }), await textIn(here.places.home)].join("\n");
    expect(all).toContain(TOKEN);
    expect(all).toContain("http://model.forgehand.internal");
    expect(all).not.toContain(KEY);
    expect(argv.join(" ")).not.toContain(TOKEN);
    expect(session.bridges).toEqual({ "model.forgehand.internal": join(here.places.outside, "model.sock") });
    expect(here.opened).toMatchObject([
      { key: KEY, loopback: false, hosts: ["model.forgehand.internal"], budget: { tokens: 5 } },
    ]);
  });

  it("is told what to do by its input or a file, not by its arguments", async () => {
    await using here = await scene();
    const { argv, stdin } = await here.open(name);
    expect(argv.join(" ")).not.toContain("Mend it.");
    const told = presets[name].prompt === "stdin" ? stdin : await textIn(here.places.tmp);
    expect(told).toBe("Mend it.");
  });

  it("reaches its model by loopback where it has no box", async () => {
    await using here = await scene();
    const { environment, bridges } = await here.open(name, { boxed: false });
    const all = [JSON.stringify(environment), await textIn(here.places.home)].join("\n");
    expect(all).toContain("http://127.0.0.1:1234");
    expect(bridges).toEqual({});
    expect(here.opened).toMatchObject([{ loopback: true, hosts: [] }]);
  });

  it("has a home of its own and takes more arguments", async () => {
    await using here = await scene();
    const session = await here.open(name, { args: ["--more", "of it"] });
    expect(session.environment.HOME).toBe(here.places.home);
    expect(session.argv[0]).toBe(here.program);
    expect(session.argv.slice(session.argv.indexOf("--more")).slice(0, 2)).toEqual(["--more", "of it"]);
  });
});

describe("opening an agent", () => {
  it.each<[AgentName, string | undefined, string, string]>([
    ["claude-code", undefined, "anthropic", "https://api.anthropic.com"],
    ["codex", undefined, "openai-responses", "https://api.openai.com/v1"],
    ["opencode", undefined, "anthropic", "https://api.anthropic.com"],
    ["opencode", "openai/gpt-5.5", "openai-chat", "https://api.openai.com/v1"],
    ["opencode", "some-model", "openai-chat", "https://api.openai.com/v1"],
    ["gemini", undefined, "gemini", "https://generativelanguage.googleapis.com"],
    ["copilot", undefined, "openai-chat", "https://api.openai.com/v1"],
    ["aider", "gemini/gemini-3-pro-preview", "gemini", "https://generativelanguage.googleapis.com"],
    ["goose", "openai/gpt-5.5", "openai-chat", "https://api.openai.com/v1"],
  ])("asks for a way from %s with the model %s to the API %s", async (name, model, dialect, upstream) => {
    await using here = await scene();
    await here.open(name, model === undefined ? {} : { model });
    expect(here.opened).toMatchObject([{ dialect, upstream }]);
  });

  it("takes the owner's own address of the API", async () => {
    await using here = await scene();
    await here.open("codex", { baseUrl: "https://models.example.com/v1" });
    expect(here.opened).toMatchObject([{ upstream: "https://models.example.com/v1" }]);
  });

  it("keeps a slash that belongs to the model's name", async () => {
    await using here = await scene();
    const { argv } = await here.open("opencode", { model: "openai/anthropic/claude-opus-5-5" });
    expect(argv).toContain("forgehand/anthropic/claude-opus-5-5");
  });

  it("opens no way where the program is not there", async () => {
    await using here = await scene();
    await expect(here.open("codex", { program: "/nowhere/codex" })).rejects.toMatchObject({
      code: "COMMAND_NOT_STARTED",
    });
    expect(here.opened).toEqual([]);
  });

  it("closes its way again where its home cannot be written", async () => {
    await using here = await scene();
    await writeFile(join(here.places.home, ".codex"), "a file where a folder has to be");
    await expect(here.open("codex")).rejects.toThrow();
    expect(here.seen.closed).toBe(1);
  });

  it("hands on the way's count, its end of the budget, and its closing", async () => {
    await using here = await scene();
    const session = await here.open("claude-code");
    expect(session.usage()).toBe(SPENT);
    here.spent.abort("The budget of 5 tokens is spent.");
    expect(session.spent.aborted).toBe(true);
    expect(session.result({ kind: "exited", code: 1 })).toMatchObject({
      ok: false,
      error: "limit",
      message: "The budget of 5 tokens is spent.",
    });
    await session.close();
    expect(here.seen.closed).toBe(1);
  });
});

describe("the tokens that Copilot CLI writes into a file", () => {
  const metrics = (inputTokens: number) => ({
    requests: { count: 2 },
    usage: { inputTokens, outputTokens: 60, cacheReadTokens: 100, cacheWriteTokens: 0 },
  });

  it("are the sum over its models", async () => {
    await using here = await scene();
    const session = await here.open("copilot");
    const text = JSON.stringify({ modelMetrics: { one: metrics(2600), other: metrics(400) } });
    await writeFile(join(here.places.tmp, "copilot-usage.json"), text);
    const usage: Usage = { inputTokens: 3000, outputTokens: 120, cachedTokens: 200, requests: 4 };
    expect(session.result({ kind: "exited", code: 0 }).usage).toEqual(usage);
  });

  it("are not read from where a link leads, nor from a file that is no such file", async () => {
    await using here = await scene();
    const session = await here.open("copilot");
    const elsewhere = join(here.places.outside, "usage.json");
    await writeFile(elsewhere, JSON.stringify({ modelMetrics: { one: metrics(1) } }));
    const file = join(here.places.tmp, "copilot-usage.json");
    await symlink(elsewhere, file);
    expect(session.result({ kind: "exited", code: 0 }).usage).toBeUndefined();
  });
});

describe("examining an agent", () => {
  const tell = async (line: string) => {
    const here = await scene();
    await writeFile(here.program, `#!/bin/sh\necho '${line}'\necho more\n`);
    return {
      ...here,
      examined: here.agents.examine({ name: "codex", program: here.program }, { home: here.places.home }),
    };
  };

  it("tells the program's version beside the one that its preset was made for", async () => {
    await using here = await tell("codex-cli 0.170.1");
    expect(await here.examined).toEqual({ version: "0.170.1", verified: "0.169.0" });
  });

  it("refuses another program of that name", async () => {
    await using here = await tell("codex, the video encoder, 4.2");
    await expect(here.examined).rejects.toMatchObject({
      code: "COMMAND_NOT_STARTED",
      message: expect.stringContaining("the video encoder") as unknown as string,
    });
  });

  it("names the variable that usually holds the key", async () => {
    await using here = await scene();
    const variable = (name: AgentName, model?: string) =>
      here.agents.keyVariable({ name, ...(model === undefined ? {} : { model }) });
    expect(variable("claude-code")).toBe("ANTHROPIC_API_KEY");
    expect(variable("codex")).toBe("OPENAI_API_KEY");
    expect(variable("opencode", "openai/gpt-5.5")).toBe("OPENAI_API_KEY");
    expect(variable("gemini")).toBe("GEMINI_API_KEY");
  });
});

describe("what steers agents", () => {
  it("is a list of plain paths below the root, each of them once", () => {
    expect(new Set(STEERING).size).toBe(STEERING.length);
    expect(STEERING.filter((path) => path.startsWith("/") || path.split("/").includes(".."))).toEqual([]);
  });

  it.each([".claude", ".mcp.json", "opencode.json", ".opencode", ".codex", ".gemini", ".env", "AGENTS.md"])(
    "holds %s, which was seen to steer one",
    (path) => {
      expect(STEERING).toContain(path);
    },
  );
});
