import type { Tokens } from "../prices.ts";

/** The languages that model APIs speak. */
export const DIALECTS = ["anthropic", "openai-responses", "openai-chat", "gemini"] as const;
export type DialectName = (typeof DIALECTS)[number];

/** A JSON object that nobody has looked at yet. */
export type Json = Readonly<Record<string, unknown>>;

/** Where a program puts its key. */
export type Carrier = "x-api-key" | "bearer" | "x-goog-api-key";

/** One address that a program may ask. Everything else is refused. */
export interface Route {
  readonly method: "POST" | "HEAD";
  /** The whole path; a group `model` where the path names it. */
  readonly path: RegExp;
  /** `answer` costs tokens, `count` only counts some and is free, `greeting` is answered by us alone. */
  readonly kind: "answer" | "count" | "greeting";
}

/** What one piece of an answer (an event of a stream, or the whole) tells of its tokens. */
export interface Told extends Partial<Tokens> {
  /** Whether the output is told in whole: nothing more will be added to it. */
  readonly final: boolean;
}

/** A request's body as it goes on. `changed` is absent where it goes on byte for byte. */
export type Prepared =
  { readonly kind: "fine"; readonly changed?: Json } | { readonly kind: "refused"; readonly why: string };

/** What is particular about one model API. All of it is data or pure: no network, no clock. */
export interface Dialect {
  readonly name: DialectName;
  /** Beginning of the paths that the API's own base address has already, as in `https://api.openai.com/v1`. */
  readonly root: string;
  /** The vendor's own base address. */
  readonly vendor: string;
  readonly routes: readonly Route[];
  /** Names of the query that go on; others are left out, since some hide the count of tokens. */
  readonly query: readonly string[];
  /** Names of request headers that go on, beside those of `headers.ts`. */
  readonly headers: RegExp;
  /** How the API takes its key; the first where a program puts its own elsewhere. */
  readonly carriers: readonly [Carrier, ...Carrier[]];
  /** Status that programs of this dialect give up at instead of trying again (measured, see the dialect). */
  readonly givesUpAt: number;
  /** An error in the API's own shape. `code` is a word of ours for programs. */
  readonly error: (status: number, message: string, code: string) => object;
  readonly prepare: (body: Json) => Prepared;
  readonly tell: (piece: Json) => Told | undefined;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A count of tokens; undefined for everything that is none. */
export function countOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** The same object without what is undefined. */
export function known<T extends object>(counts: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
