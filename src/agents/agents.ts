import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Agents, AgentSession, Prices } from "../core/agent.ts";
import { ForgehandError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { End } from "./judge.ts";
import { judge } from "./judge.ts";
import type { Given, Preset } from "./preset.ts";
import { apiOf } from "./preset.ts";
import { presets } from "./presets.ts";
import type { Program } from "./program.ts";
import { findProgram } from "./program.ts";
import type { ModelProxy } from "./proxy/proxy.ts";
import { openModelProxy } from "./proxy/proxy.ts";
import type { ProxyEnvironment } from "./proxy/upstream.ts";
import { STEERING } from "./steering.ts";
import { readUsageFile } from "./usage-file.ts";
import { versionOf } from "./version.ts";

/** The name by which a boxed program reaches its model: it leads to the socket of the run's own way there. */
const MODEL_HOST = "model.forgehand.internal";
const PROMPT_FILE = "prompt.md";

/** What all runs have in common. */
export interface AgentsOptions {
  /** Prices of the owner, over the list prices. */
  readonly prices?: Prices;
  /** The operator's own proxy. */
  readonly environment?: ProxyEnvironment;
  readonly log: Log;
}

/** The name of the variable that usually holds the key of an agent's model. */
export const keyVariable: Agents["keyVariable"] = ({ name, model }) =>
  apiOf(presets[name], model ?? presets[name].model).api.keyVariable;

/** The agents by their presets. Each run gets a way to its model of its own, opened by `openProxy`. */
export function createAgents(options: AgentsOptions, openProxy = openModelProxy): Agents {
  return {
    steering: STEERING,
    async open(choice, given) {
      const preset = presets[choice.name];
      const program = await findProgram(preset, choice.program);
      const { api, model } = apiOf(preset, choice.model ?? preset.model);
      const way = await openProxy({
        ...options,
        dialect: api.dialect,
        upstream: choice.baseUrl ?? api.vendor,
        key: choice.key,
        budget: given.budget,
        folder: given.places.outside,
        loopback: !given.boxed,
        hosts: given.boxed ? [MODEL_HOST] : [],
      });
      try {
        const facts: Given = {
          dialect: api.dialect,
          model,
          origin: originOf(way, given.boxed),
          key: way.token,
          home: given.places.home,
          tmp: given.places.tmp,
          promptFile: join(given.places.tmp, PROMPT_FILE),
          args: choice.args,
        };
        await writeFiles(preset, facts, given.prompt);
        return sessionOf({ preset, program, facts, way }, given);
      } catch (error) {
        await way.close();
        throw error;
      }
    },
    async examine(choice, { home }) {
      const preset = presets[choice.name];
      const program = await findProgram(preset, choice.program);
      const version = await versionOf(preset, program, home);
      return { version, ...(preset.verified === undefined ? {} : { verified: preset.verified }) };
    },
    keyVariable,
  };
}

function originOf({ loopback }: ModelProxy, boxed: boolean): string {
  if (boxed) return `http://${MODEL_HOST}`;
  if (loopback !== undefined) return loopback;
  throw new ForgehandError("COMMAND_NOT_STARTED", "The way to the model is not reached without a box.");
}

/** Write the files of the program's home, and the prompt where it is taken from a file. */
async function writeFiles(preset: Preset, facts: Given, prompt: string): Promise<void> {
  const files: Record<string, string> = Object.fromEntries(
    Object.entries(preset.home(facts)).map(([path, text]) => [join(facts.home, path), text]),
  );
  if (preset.prompt === "file") files[facts.promptFile] = prompt;
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
  }
}

function sessionOf(
  { preset, program, facts, way }: { preset: Preset; program: Program; facts: Given; way: ModelProxy },
  given: { prompt: string; boxed: boolean },
): AgentSession {
  const parser = preset.parser();
  const [file, ...before] = program.argv;
  const end: Omit<End, "exit"> = {
    done: preset.done,
    ...(preset.meaning ? { meaning: preset.meaning } : {}),
  };
  return {
    argv: [file, ...before, ...preset.argv(facts)],
    environment: { HOME: facts.home, ...preset.environment(facts) },
    stdin: preset.prompt === "stdin" ? given.prompt : "",
    network: preset.hosts,
    bridges: given.boxed ? { [MODEL_HOST]: way.socket } : {},
    reads: program.reads,
    read: (text) => parser.push(text),
    result(exit) {
      const said = parser.said();
      const usage = said.usage ?? (preset.usageFile && readUsageFile(join(facts.tmp, preset.usageFile)));
      const spent = way.spent.aborted ? { spent: String(way.spent.reason) } : {};
      return judge({ ...said, ...(usage ? { usage } : {}) }, { ...end, exit, ...spent });
    },
    usage: () => way.usage(),
    spent: way.spent,
    close: () => way.close(),
  };
}
