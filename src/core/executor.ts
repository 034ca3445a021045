/** Fully decided: what to execute, where, with what, and for how long. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment: nothing of our own process is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Milliseconds until the whole process group is ended. */
  readonly timeout: number;
  /** Bytes of output after which the rest is dropped (the command goes on). */
  readonly outputLimit: number;
  /** Milliseconds between SIGTERM and SIGKILL when it is ended. */
  readonly killAfter: number;
}

/** How a command ended. `not started` says why in a sentence. */
export type Exit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "timed out" }
  | { readonly kind: "stopped" }
  | { readonly kind: "not started"; readonly reason: string };

/**
 * Where a command runs: this machine, sandboxed; a container. `execute` never throws for what the command does; when
 * it resolves, no process of the command is left. Aborting `signal` ends the command as `stopped`.
 */
export interface Executor {
  execute(
    command: Command,
    options: { signal: AbortSignal; onOutput: (text: string) => void },
  ): Promise<Exit>;
}
