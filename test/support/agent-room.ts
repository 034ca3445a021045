import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import type { Scenario } from "../../demo/model/play.ts";
import type { StandInModel } from "../../demo/model/model.ts";
import { startModel } from "../../demo/model/model.ts";
import { createAgents } from "../../src/agents/agents.ts";
import { apiOf } from "../../src/agents/preset.ts";
import { presets } from "../../src/agents/presets.ts";
import { STEERING } from "../../src/agents/steering.ts";
import type {
  AgentChoice,
  AgentName,
  AgentPlaces,
  AgentResult,
  AgentSession,
  Usage,
} from "../../src/core/agent.ts";
import type { Box, Exit } from "../../src/core/executor.ts";
import { silent } from "../../src/core/log.ts";
import { processExecutor } from "../../src/run/process.ts";
import { sandboxExecutor } from "../../src/run/sandbox.ts";
import { realProgram } from "./real-agents.ts";

/** The key that the stand-in takes in these tests; no agent may ever hold it. */
export const REAL_KEY = "sk-the-real-key-of-the-owner";
/** Codex makes no helpers below /tmp, and a box has a /tmp and a /var/tmp of its own. */
const ROOMS = join(import.meta.dirname, "../../.cache/rooms");
/** Milliseconds until an agent is ended: the slowest needs 20 s on a busy machine. */
const CLOCK = 90_000;

/** A repository, a model on loopback, and a real agent that works between them, by way of the proxy. */
export interface AgentRoom extends AsyncDisposable {
  readonly places: AgentPlaces;
  readonly model: StandInModel;
  /** Let the agent work until it ends. */
  run(prompt: string, options?: RunOptions): Promise<Ran>;
}

/** How a run went. */
export interface Ran {
  readonly exit: Exit;
  /** By the program's own account. */
  readonly result: AgentResult;
  /** By the proxy's count. */
  readonly usage: Usage;
  readonly output: string;
}

export interface RunOptions {
  readonly choice?: Partial<AgentChoice>;
  readonly signal?: AbortSignal;
  /** Variables beside the session's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Another command than the session's. */
  readonly argv?: (session: AgentSession) => readonly [string, ...string[]];
}

/**
 * Set up one for an agent, which works as a plain process, or in a box that sees nothing of what steers agents.
 */
export async function agentRoom(
  name: AgentName,
  { scenario = "ok", boxed = false }: { scenario?: Scenario; boxed?: boolean } = {},
): Promise<AgentRoom> {
  await mkdir(ROOMS, { recursive: true });
  const folder = await mkdtemp(join(ROOMS, "room-"));
  const at = (part: string) => join(folder, part);
  const places: AgentPlaces = { work: at("work"), home: at("home"), tmp: at("tmp"), outside: at("outside") };
  for (const place of Object.values(places) as string[]) await mkdir(place);
  execFileSync("git", ["init", "--quiet", places.work]);
  const model = await startModel({ scenario, keys: [REAL_KEY] });
  const agents = createAgents({ log: silent });
  return {
    places,
    model,
    async run(prompt, { choice = {}, signal = new AbortController().signal, environment = {}, argv } = {}) {
      const session = await agents.open(
        {
          name,
          program: realProgram(name),
          key: REAL_KEY,
          baseUrl: baseOf(name, model),
          args: [],
          ...choice,
        },
        { places, prompt, budget: {}, boxed },
      );
      let output = "";
      const executor = boxed ? sandboxExecutor({ closed: [] }) : processExecutor();
      const exit = await executor.execute(
        {
          argv: argv?.(session) ?? session.argv,
          cwd: places.work,
          environment: {
            PATH: process.env.PATH ?? "",
            TMPDIR: places.tmp,
            ...session.environment,
            ...environment,
          },
          stdin: session.stdin,
          timeout: CLOCK,
          outputLimit: 64 * 1024 * 1024,
          killAfter: 5_000,
          ...(boxed ? { box: boxOf(session, places) } : {}),
        },
        {
          signal,
          onOutput: (text) => {
            output += text;
            session.read(text);
          },
        },
      );
      await session.close();
      return { exit, result: session.result(exit), usage: session.usage(), output };
    },
    async [Symbol.asyncDispose]() {
      await model[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The base address of the stand-in, as the vendor of the agent's API writes its own. */
/** The address of an agent's API at the stand-in, as its vendor would write it. */
export function baseOf(name: AgentName, { url }: StandInModel): string {
  const { api } = apiOf(presets[name], presets[name].model);
  return `${url}${new URL(api.vendor).pathname}`.replace(/\/$/, "");
}

function boxOf(session: AgentSession, { work, home, tmp }: AgentPlaces): Box {
  return {
    writes: [work, home, tmp],
    tmp,
    reads: session.reads,
    hides: STEERING.map((path) => join(work, path)),
    network: session.network,
    bridges: session.bridges,
    limits: {},
  };
}

/** What git sees changed in the work tree, file by file. */
export function changed(work: string): string[] {
  const text = execFileSync("git", ["status", "--porcelain", "--untracked-files=all"], { cwd: work });
  return text
    .toString()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.slice(3));
}
