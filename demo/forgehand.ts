import { spawn } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A running `forgehand serve`: a process of its own, as everybody starts it. */
export interface Server {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** Opens its pages; holds the sign-in token. */
  readonly signInUrl: string;
  readonly pid: number;
  /** Lines of its log so far, oldest first. */
  readonly log: readonly string[];
  /** Ask it to stop (SIGTERM) or end it at once (SIGKILL). Resolves with its exit code when it is gone. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** Milliseconds until it has to listen. */
const START_DEADLINE = 20_000;

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
export async function startForgehand(options: {
  config: string;
  cwd: string;
  environment: Readonly<Record<string, string>>;
}): Promise<Server> {
  const child = spawn(process.execPath, [COMMAND, "serve", "--config", options.config], {
    cwd: options.cwd,
    env: { ...bareEnvironment(), ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = once(child, "close") as Promise<[number | null]>;
  const log: string[] = [];
  const said: string[] = [];
  createInterface(child.stderr).on("line", (line) => log.push(line));
  const told = Promise.withResolvers<{ url: string; signInUrl: string }>();
  createInterface(child.stdout).on("line", (line) => {
    said.push(line);
    const [url, signInUrl] = addressesIn(said);
    if (url !== undefined && signInUrl !== undefined) told.resolve({ url, signInUrl });
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), START_DEADLINE);
  const ended = gone.then(([code]) => {
    throw new Error(
      [`Forgehand ended with ${code ?? "a signal"} before it listened:`, ...log.slice(-20)].join("\n"),
    );
  });
  ended.catch(() => undefined);
  const addresses = await Promise.race([told.promise, ended]).finally(() => clearTimeout(timer));
  return {
    ...addresses,
    pid: child.pid ?? 0,
    log,
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
