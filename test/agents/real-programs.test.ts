import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, it } from "@jest/globals";

import { createAgents } from "../../src/agents/agents.ts";
import { presets } from "../../src/agents/presets.ts";
import { findProgram } from "../../src/agents/program.ts";
import type { AgentName } from "../../src/core/agent.ts";
import { silent } from "../../src/core/log.ts";
import { agentRoom, changed } from "../support/agent-room.ts";
import { startedWith } from "../support/processes.ts";
import { describeWithAgent, realProgram, REAL } from "../support/real-agents.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const PROMPT = "Create `docs/hello.md` with `Hello from the model`.";
/** Milliseconds for one real program on a busy machine. */
const SLOW = 120_000;

/** What asks a program for the help of the command that its preset uses. */
const HELP: Partial<Record<AgentName, readonly string[]>> = {
  codex: ["exec", "--help"],
  opencode: ["run", "--help"],
};

/** Tokens of the two answers of the stand-in. */
const TOKENS: Partial<Record<AgentName, { inputTokens: number; outputTokens: number }>> = {
  "claude-code": { inputTokens: 2800, outputTokens: 68 },
  codex: { inputTokens: 3000, outputTokens: 84 },
  opencode: { inputTokens: 2800, outputTokens: 68 },
  gemini: { inputTokens: 2200, outputTokens: 50 },
  copilot: { inputTokens: 2600, outputTokens: 60 },
};

for (const name of REAL) {
  describeWithAgent(name)(`the real program of ${name}`, () => {
    it(
      "tells the version that its preset was made for",
      async () => {
        await using folder = await temporaryFolder();
        const agents = createAgents({ log: silent });
        const examined = await agents.examine({ name, program: realProgram(name) }, { home: folder.path });
        expect(examined).toEqual({ version: presets[name].verified, verified: presets[name].verified });
      },
      SLOW,
    );

    it(
      "knows each switch that its preset uses",
      async () => {
        await using folder = await temporaryFolder();
        const { argv } = await findProgram(presets[name], realProgram(name));
        const [file, ...before] = argv;
        const { stdout, stderr } = await promisify(execFile)(
          file,
          [...before, ...(HELP[name] ?? ["--help"])],
          { env: { PATH: process.env.PATH, HOME: folder.path }, maxBuffer: 4 * 1024 * 1024 },
        );
        const facts = { model: "m", origin: "http://127.0.0.1", key: "k", home: "/h", tmp: "/t" };
        const used = presets[name].argv({ ...facts, dialect: "anthropic", promptFile: "/p", args: [] });
        const switches = used.filter((argument) => /^--?[a-z]/.test(argument));
        expect(switches.length).toBeGreaterThan(3);
        const help = `${stdout}${stderr}`;
        const unknown = switches.filter((one) => !new RegExp(`(^|[\\s,])${one}(?![\\w-])`, "m").test(help));
        expect(unknown).toEqual([]);
      },
      SLOW,
    );

    it(
      "edits the file that it was asked for, and says so with its tokens",
      async () => {
        await using room = await agentRoom(name);
        const { exit, result, usage } = await room.run(PROMPT);
        expect(exit).toEqual({ kind: "exited", code: 0 });
        expect(usage).toMatchObject({ ...TOKENS[name], requests: 2 });
        expect(result).toMatchObject({
          ok: true,
          error: "none",
          text: "Created docs/hello.md as asked.",
          usage: TOKENS[name],
        });
        expect(changed(room.places.work)).toEqual(["docs/hello.md"]);
        expect(await readFile(join(room.places.work, "docs/hello.md"), "utf8")).toBe(
          "Hello from the model\n",
        );
        expect(room.model.requests.map(({ keyAccepted }) => keyAccepted)).toEqual([true, true]);
      },
      SLOW,
    );

    it(
      "changes nothing where the model only says that it did",
      async () => {
        await using room = await agentRoom(name, { scenario: "text" });
        const { result } = await room.run(PROMPT);
        expect(result.ok).toBe(true);
        expect(changed(room.places.work)).toEqual([]);
      },
      SLOW,
    );

    it(
      "says that the key is refused",
      async () => {
        await using room = await agentRoom(name, { scenario: "401" });
        const { result } = await room.run(PROMPT);
        expect(result).toMatchObject({ ok: false, error: "auth" });
        expect(result.message).toContain("does not accept the key");
        expect(changed(room.places.work)).toEqual([]);
      },
      SLOW,
    );

    it(
      "is ended by us where the model never answers, and leaves no process",
      async () => {
        await using room = await agentRoom(name, { scenario: "hang" });
        const mark = `FORGEHAND_TEST_MARK=${name}-${process.pid}`;
        const stop = new AbortController();
        const [variable, value] = mark.split("=") as [string, string];
        const running = room.run(PROMPT, { signal: stop.signal, environment: { [variable]: value } });
        await until(() => room.model.requests.some(({ method }) => method === "POST"), SLOW);
        expect(await startedWith(mark)).not.toEqual([]);
        stop.abort();
        const { exit, result } = await running;
        expect(exit).toEqual({ kind: "stopped" });
        expect(result).toMatchObject({ ok: false, error: "none" });
        expect(await startedWith(mark)).toEqual([]);
      },
      SLOW,
    );
  });
}
