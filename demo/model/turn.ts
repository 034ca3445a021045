/** What a model is asked in one request, the same for every dialect. */
export interface Ask {
  readonly model: string;
  /** Names of the tools that it may call. */
  readonly tools: readonly string[];
  /** Whether the conversation holds the result of a tool already. */
  readonly answered: boolean;
  /** What people and the program wrote, in their order. */
  readonly text: string;
  readonly stream: boolean;
  /** Whether JSON is asked for as answer. */
  readonly json: boolean;
}

/** A call of a tool. `input` is text for a tool that takes no arguments by name (Codex's `apply_patch`). */
export interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>> | string;
}

/** What the model does in one answer. */
export interface Turn {
  readonly text: string;
  readonly call?: Call;
}

/** How one dialect is read and written. */
export interface Dialect {
  /** Whether a path is one of its own. */
  readonly serves: (path: string) => boolean;
  readonly read: (body: Fields, path: string) => Ask;
  /** The answer as server-sent events; the last of them is left out of a stream that is cut off. */
  readonly stream: (turn: Turn, ask: Ask) => readonly string[];
  /** The answer in one object. */
  readonly whole: (turn: Turn, ask: Ask) => unknown;
  readonly error: (status: number, message: string) => unknown;
  /** The header that carries the key, and what the key stands behind. */
  readonly key: { readonly header: string; readonly prefix: string };
}

/** A JSON object whose fields nobody has looked at. */
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

export function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** All texts in a value, in their order. */
export function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return Object.values(fieldsOf(value)).flatMap(textsOf);
}

/** One server-sent event. */
export function sent(data: unknown, event?: string): string {
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}
