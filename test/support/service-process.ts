import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A process that goes on until it is stopped. */
export interface ServiceProcess {
  /** What it wrote on standard output so far. */
  readonly said: readonly string[];
  /** Resolves with its exit code when it is gone; null where the signal ended it. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** Start a program, and wait until it says a line that begins so. Throws with its last words where it ends before. */
export async function startService(
  [program, ...args]: readonly [string, ...string[]],
  { environment, cwd, ready }: { environment: Readonly<Record<string, string>>; cwd: string; ready: string },
): Promise<ServiceProcess> {
  const child = spawn(program, args, { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const gone = once(child, "close") as Promise<[number | null]>;
  const [said, log]: [string[], string[]] = [[], []];
  createInterface(child.stderr).on("line", (line) => log.push(line));
  const isReady = Promise.withResolvers<undefined>();
  createInterface(child.stdout).on("line", (line) => {
    said.push(line);
    if (line.startsWith(ready)) isReady.resolve(undefined);
  });
  const early = gone.then(([code]) => {
    throw new Error(
      [`It ended with ${code ?? "a signal"}:`, ...said.slice(-5), ...log.slice(-20)].join("\n"),
    );
  });
  early.catch(() => undefined);
  await Promise.race([isReady.promise, early]);
  return {
    said,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      const [code] = await gone;
      return code;
    },
  };
}
