import type { Exit } from "./executor.ts";

/** The agents that are known by name; each is a preset of `src/agents/`. */
export const AGENTS = ["claude-code", "codex", "opencode", "gemini", "copilot", "aider", "goose"] as const;
export type AgentName = (typeof AGENTS)[number];

/** What a model cost: tokens as the API counts them, and US dollars where prices are known. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Input tokens that came out of a cache, counted in `inputTokens` too. */
  readonly cachedTokens: number;
  /** Requests that the model answered. */
  readonly requests: number;
  /** US dollars; absent where no price is known. */
  readonly cost?: number;
}

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, requests: 0 };

/** What a model's tokens cost, in US dollars per million. */
export interface Price {
  readonly input: number;
  /** Input that came out of a cache. */
  readonly cachedInput: number;
  /** Input that was written to a cache; as `input` if not set. */
  readonly cacheWrite?: number;
  readonly output: number;
}

/** Prices by names of models; a `*` at the end of a name stands for whatever follows. */
export type Prices = Readonly<Record<string, Price>>;

/** How an agent's own output says that it ended. */
export interface AgentResult {
  /** Whether it says that it did its work. An exit code of 0 alone says nothing. */
  readonly ok: boolean;
  /** What it said last, for people; empty where it said nothing. */
  readonly text: string;
  /** Why it is not `ok`; `denied` may stand beside `ok` too, where it went on without that tool. */
  readonly error: AgentError;
  /** One sentence for a person where it is not `ok` or `error` is not `none`; else empty. */
  readonly message: string;
  /** Tokens by its own account; the proxy's count is the one that is kept. */
  readonly usage?: Usage;
}

/**
 * Why an agent did not do its work: `auth` the model's API takes no such key; `rate` it asks to wait, or nothing is left
 * to spend there; `model` it failed, or refused what was asked; `limit` turns or money of ours or the agent's own are
 * used up; `timeout` nobody answered in time; `denied` a tool that it may not use; `program` the program itself failed.
 */
export type AgentError = "none" | "auth" | "rate" | "model" | "limit" | "timeout" | "denied" | "program";

/** What may be spent on one run. Absent: no limit. */
export interface Budget {
  readonly tokens?: number;
  /** US dollars. */
  readonly cost?: number;
}

/** Which agent is asked, and how. */
export interface AgentChoice {
  readonly name: AgentName;
  /** Absolute path or name of the program; the preset's own name if not set. */
  readonly program?: string;
  readonly model?: string;
  /** Address of the model's API; the vendor's if not set. */
  readonly baseUrl?: string;
  /** The real key: it never leaves our process. */
  readonly key: string;
  /** More arguments, after those of the preset. */
  readonly args: readonly string[];
}

/** The folders of a run as the agent sees them. */
export interface AgentPlaces {
  /** The clone, its working directory. */
  readonly work: string;
  /** A home of its own, empty: the preset writes its settings there. */
  readonly home: string;
  readonly tmp: string;
  /** Where sockets and files of ours may be put that the command may not write. */
  readonly outside: string;
}

/** An agent made ready for one run: what is started, and what its output says. */
export interface AgentSession {
  readonly argv: readonly [string, ...string[]];
  /** Its own variables: base address and a key that is worth nothing outside of this run. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** Hosts beside the model's that the program itself needs. */
  readonly network: readonly string[];
  /** Host names that lead to sockets of ours, as in `Box.bridges`. */
  readonly bridges: Readonly<Record<string, string>>;
  /** Folders and files that the program needs to read: where it is installed. */
  readonly reads: readonly string[];
  /** Hand on what the command printed, all of it: the last line counts the most. */
  read(text: string): void;
  /** What was said in the end. */
  result(exit: Exit): AgentResult;
  /** What was spent so far, by the proxy's own count. */
  usage(): Usage;
  /** Aborts with a sentence when the budget is spent: the command is to be ended. */
  readonly spent: AbortSignal;
  /** End the key and everything that listens for this run. */
  close(): Promise<void>;
}

/** The room that knows the agents. */
export interface Agents {
  /**
   * Make an agent ready. `boxed` says whether it runs in a box with the session's bridges; without one it reaches its
   * model by loopback. Throws COMMAND_NOT_STARTED where its program is not there.
   */
  open(
    choice: AgentChoice,
    given: { places: AgentPlaces; prompt: string; budget: Budget; boxed: boolean },
  ): Promise<AgentSession>;
  /**
   * The version of an agent's program, and the one that its preset was made for, if any. It writes into `home`. Throws
   * COMMAND_NOT_STARTED where it is not there, or is another program.
   */
  examine(
    choice: Pick<AgentChoice, "name" | "program">,
    given: { home: string },
  ): Promise<{ version: string; verified?: string }>;
  /** The name of the variable that usually holds the key, such as `ANTHROPIC_API_KEY`. */
  keyVariable(choice: Pick<AgentChoice, "name" | "model">): string;
  /**
   * Paths of a repository, relative to its root, that steer agents (settings, hooks, plugins, instructions): those of
   * someone else's code are not to be seen by any agent.
   */
  readonly steering: readonly string[];
}
