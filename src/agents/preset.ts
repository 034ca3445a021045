import type { AgentName } from "../core/agent.ts";
import type { Failure, Parser } from "./parsers/parser.ts";
import type { DialectName } from "./proxy/dialect.ts";

/** One model API that a program can ask. */
export interface Api {
  readonly dialect: DialectName;
  /** The vendor's own base address, as its documentation writes it. */
  readonly vendor: string;
  /** The variable that usually holds a key for it. */
  readonly keyVariable: string;
  /** What a model's name begins with that is asked there, where a program can ask several: `anthropic/`. */
  readonly prefix?: string;
}

/** What is known when a program is started. */
export interface Given {
  readonly dialect: DialectName;
  /** The name of the model without the prefix of its API. */
  readonly model: string;
  /** The origin where the API's paths are, such as `http://model.forgehand.internal`: all begin with `/v1` or `/v1beta`. */
  readonly origin: string;
  /** The key of this one run. */
  readonly key: string;
  readonly home: string;
  readonly tmp: string;
  /** The file that the prompt is in, where the program takes it from one. */
  readonly promptFile: string;
  /** More arguments, by the automation. */
  readonly args: readonly string[];
}

/** What decides which of several builds of a program runs on a machine. */
export interface Machine {
  readonly platform: string;
  readonly architecture: string;
  /** Whether the processor knows AVX2, which some builds need. */
  readonly avx2: boolean;
}

/** What is particular about one agent: data, and no more code than it takes to put a fact into its place. */
export interface Preset {
  readonly name: AgentName;
  /** What its program is called on the path. */
  readonly program: string;
  /** Where npm installs it; absent where it is not on npm. */
  readonly npm?: {
    readonly package: string;
    /**
     * The program proper, as paths below `node_modules`, the first that is there: it runs without the script that
     * starts it, also where npm left out the install scripts that put it in its place.
     */
    readonly native: (machine: Machine) => readonly string[];
  };
  /** The version that all of this was seen with; absent where nobody could run it. */
  readonly verified?: string;
  /** What `--version` prints in its first line, around the number. */
  readonly versionLine: RegExp;
  /** The APIs that it can ask; the first where the model's name has no prefix. */
  readonly apis: readonly [Api, ...Api[]];
  /** The model that is asked for where the automation names none, its prefix included. */
  readonly model: string;
  /** How it is told what to do. */
  readonly prompt: "stdin" | "file";
  readonly argv: (given: Given) => readonly string[];
  /** Address and key, and the switches that keep it quiet: no telemetry, no updates, no reports of errors. */
  readonly environment: (given: Given) => Readonly<Record<string, string>>;
  /** Files of its home, by their path in it. */
  readonly home: (given: Given) => Readonly<Record<string, string>>;
  /** Hosts that it needs beside the model's. */
  readonly hosts: readonly string[];
  /** Exit codes that mean that it did what it was asked, as far as it can tell. */
  readonly done: readonly number[];
  /** What its other exit codes mean, where they mean anything. */
  readonly meaning?: (code: number) => Failure | undefined;
  readonly parser: () => Parser;
  /** Where it writes how many tokens it used, in a file of its `tmp`. */
  readonly usageFile?: string;
}

/** The variable that carries the run's key where a program lets us name it. */
export const KEY_VARIABLE = "FORGEHAND_MODEL_KEY";

/** The API that a model is asked at, and the model's name there. */
export function apiOf({ apis }: Preset, model: string): { readonly api: Api; readonly model: string } {
  for (const api of apis) {
    if (api.prefix !== undefined && model.startsWith(api.prefix)) {
      return { api, model: model.slice(api.prefix.length) };
    }
  }
  return { api: apis[0], model };
}
