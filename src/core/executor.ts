/** What a command may use at most. Absent: no limit of its own. */
export interface Limits {
  /** Bytes of memory of all its processes together. */
  readonly memory?: number;
  /** Processes and threads at once. */
  readonly processes?: number;
  /** Seconds of processor time of one process. */
  readonly cpu?: number;
  /** Bytes that the folders of `writes` may hold together, in the end and in between. */
  readonly disk?: number;
}

/**
 * The box that a command runs in: it reads the system and what is listed, writes what is listed, sees no process but its
 * own, and reaches no network but the listed hosts.
 */
export interface Box {
  /** Folders that it may write. Its working directory is one of them. */
  readonly writes: readonly string[];
  /** The one of `writes` that it sees as `/tmp`, too. Absent: its `/tmp` is a small one in memory. Nothing of `hides` is in it. */
  readonly tmp?: string;
  /** Folders and files that it may read beside those and the system's (`/usr`, `/bin`, `/lib`, `/etc` and the like). */
  readonly reads: readonly string[];
  /**
   * Files and folders inside of `writes` that it sees empty, whatever is in them, and cannot change; those that are not
   * there stay so. A JSON file (`.json`, `.jsonc`) is seen as `{}`, so that programs can read it. For a link its goal
   * is hidden.
   */
  readonly hides: readonly string[];
  /** Hosts that it may reach by name, such as `registry.example.com` or `*.example.com`. Empty: none at all. */
  readonly network: readonly string[];
  /**
   * Sockets of ours that it may reach beside: each host name leads to a Unix socket outside, over plain HTTP to port 80:
   * `{ "model.forgehand.internal": "/path/of.sock" }` is reached as `http://model.forgehand.internal`, by clients that
   * go by the proxy variables and by those that do not. The name is of ours: end it in `.forgehand.internal`.
   */
  readonly bridges: Readonly<Record<string, string>>;
  readonly limits: Limits;
}

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
  /** The box that it runs in; absent: a plain process under our own account. An executor without boxes starts no boxed one. */
  readonly box?: Box;
}

/** How a command ended. `not started` says why in a sentence. */
export type Exit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: string }
  | { readonly kind: "timed out" }
  | { readonly kind: "stopped" }
  /** It passed a limit of its box and was killed. `what` says which, and by how much it may go: "more than 4 GiB of memory". */
  | { readonly kind: "over limit"; readonly what: string }
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
