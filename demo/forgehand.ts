import { spawn } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A running Forgehand: a process of its own, as everybody starts it. */
export interface Process {
  readonly pid: number;
  /** Lines of its log so far, oldest first. */
  readonly log: readonly string[];
  /** Ask it to stop (SIGTERM) or end it at once (SIGKILL). Resolves with its exit code when it is gone. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** A running `forgehand serve`. */
export interface Server extends Process {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** Opens its pages; holds the sign-in token. */
  readonly signInUrl: string;
}

/** How a process is started. */
interface StartOptions {
  readonly config: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Beside the config, such as `--no-worker`. */
  readonly options?: readonly string[];
  /** The command of another tree than this one. */
  readonly command?: string;
}

/** Milliseconds until it has to be ready, also on a machine that is busy. */
const START_DEADLINE = 60_000;

/** The command as it is here: the source, or the built program beside this file. */
export const COMMAND = fileURLToPath(
  new URL(`../src/cli/forgehand${extname(import.meta.url)}`, import.meta.url),
);

/** What a process of ours needs of the environment that we have. */
export function bareEnvironment(): Record<string, string> {
  const { PATH = "", TMPDIR } = process.env;
  return { PATH, ...(TMPDIR === undefined ? {} : { TMPDIR }) };
}

/** Start `forgehand serve` with a config file. Throws with its last words where it does not come to listen. */
export async function startForgehand(options: StartOptions): Promise<Server> {
  const { said, ...server } = await start("serve", options, (lines) => addressesIn(lines).length > 1);
  const [url = "", signInUrl = ""] = addressesIn(said);
  return { ...server, url, signInUrl };
}

/** Start `forgehand worker` with a config file. Throws with its last words where it does not come to work. */
export function startForgehandWorker(options: StartOptions): Promise<Process> {
  return start("worker", options, (lines) => lines.some((line) => line.startsWith("Forgehand works")));
}

/** Start a subcommand that goes on until it is stopped, and wait for what it says when it is ready. */
async function start(
  subcommand: string,
  { config, cwd, environment, options = [], command = COMMAND }: StartOptions,
  isReady: (said: readonly string[]) => boolean,
): Promise<Process & { said: readonly string[] }> {
  const child = spawn(process.execPath, [command, subcommand, "--config", config, ...options], {
    cwd,
    env: { ...bareEnvironment(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = once(child, "close") as Promise<[number | null]>;
  const log: string[] = [];
  const said: string[] = [];
  createInterface(child.stderr).on("line", (line) => log.push(line));
  const ready = Promise.withResolvers<undefined>();
  createInterface(child.stdout).on("line", (line) => {
    said.push(line);
    if (isReady(said)) ready.resolve(undefined);
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), START_DEADLINE);
  const ended = gone.then(([code]) => {
    throw new Error(
      [`Forgehand ended with ${code ?? "a signal"} before it was ready:`, ...log.slice(-20)].join("\n"),
    );
  });
  ended.catch(() => undefined);
  await Promise.race([ready.promise, ended]).finally(() => clearTimeout(timer));
  return {
    pid: child.pid ?? 0,
    log,
    said,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      const [code] = await gone;
      return code;
    },
  };
}

/** Where it listens and where to sign in, as it says when it is ready. */
function addressesIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /\bhttps?:\/\/\S+/.exec(line)?.[0] ?? []);
}
