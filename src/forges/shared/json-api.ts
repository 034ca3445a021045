import type { ZodType } from "zod";

import { readAnswer } from "./answers.ts";
import type { HttpFetch } from "./http.ts";
import { AnswerError } from "./refusals.ts";

/** One call of an API that speaks JSON. */
export interface JsonCall<T> {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base of the API, begins with a slash, encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
  /** The members that we read of the answer. */
  readonly reply: ZodType<T>;
  readonly signal?: AbortSignal | undefined;
}

/** What was read of a successful answer, the text that it was read from, and its headers. */
export interface JsonAnswer<T> {
  readonly data: T;
  readonly text: string;
  readonly headers: Headers;
}

/** Asks an API that speaks JSON. Throws coded errors, with the status of a refusal. */
export type JsonApi = <T>(call: JsonCall<T>) => Promise<JsonAnswer<T>>;

/** What every call has in common. */
export interface JsonApiOptions {
  /** Name of the forge in the config, for messages. */
  readonly forge: string;
  /** Without a slash at its end. */
  readonly base: string;
  /** Credentials and the like, with lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: HttpFetch;
}

/** Characters of a reason: some are whole pages. */
const LONGEST_REASON = 500;

export function createJsonApi({ forge, base, headers, fetch }: JsonApiOptions): JsonApi {
  return async ({ method = "GET", path, query = {}, body, reply, signal }) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) search.set(name, String(value));
    const response = await fetch(`${base}${path}${search.size === 0 ? "" : `?${search.toString()}`}`, {
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    const request = `${method} ${path}`;
    const { status, headers: told } = response;
    if (response.ok) return { data: readAnswer(forge, reply, dataIn(text), request), text, headers: told };
    const message = reasonIn(text);
    throw new AnswerError(forge, { status, headers: Object.fromEntries(told), message, request });
  };
}

/** Data of a JSON text; of anything else the text, so that a page never passes for data, nor for an empty answer. */
function dataIn(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The forge's own sentence: the member `message` of data, else a text as it is. */
function reasonIn(text: string): string {
  const data = dataIn(text);
  const said = typeof data === "object" && data !== null && "message" in data ? data.message : text;
  const reason = (typeof said === "string" ? said : JSON.stringify(said)).trim().replace(/\.$/, "");
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
}
