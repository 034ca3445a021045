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
  /** Why it did not: `limit` is a limit of turns, money or time of ours or its own; `denied` a tool that it may not use. */
  readonly error: "none" | "auth" | "rate" | "model" | "limit" | "timeout" | "denied";
  /** One sentence for a person where `error` is not `none`. */
  readonly message: string;
  /** Tokens by its own account; the proxy's count is the one that is kept. */
  readonly usage?: Usage;
}

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
  /** Hand on what the command printed. */
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
  /** Make an agent ready. Throws COMMAND_NOT_STARTED where its program is not there. */
  open(
    choice: AgentChoice,
    given: { places: AgentPlaces; prompt: string; budget: Budget },
  ): Promise<AgentSession>;
  /**
   * Paths of a repository, relative to its root, that steer agents (settings, hooks, plugins, instructions): those of
   * someone else's code are not to be seen by any agent.
   */
  readonly steering: readonly string[];
}
