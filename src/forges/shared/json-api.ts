import type { ZodType } from "zod";

import type { ForgehandError } from "../../core/errors.ts";
import { readAnswer } from "./answers.ts";
import type { HttpFetch } from "./http.ts";
import { dataIn } from "./json.ts";
import { AnswerError, reasonOf } from "./refusals.ts";

/** One call of an API that speaks JSON. */
export interface JsonCall<T> {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base of the API, begins with a slash, encoded; or the whole address of a next page. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
  /** Content type of the body, JSON if not set. */
  readonly type?: string;
  /** What may be answered, JSON if not set. */
  readonly accept?: string;
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

/** An answer that is no success. */
export interface Refusal {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its body as data, else as text. */
  readonly data: unknown;
  /** What was asked, such as `GET /user`. */
  readonly request: string;
}

/** Asks an API that speaks JSON. Throws coded errors, with the status of a refusal. */
export type JsonApi = <T>(call: JsonCall<T>) => Promise<JsonAnswer<T>>;

/** The same, where nothing but the data is wanted. */
export type AskJson = <T>(call: JsonCall<T>) => Promise<T>;

/** What every call has in common. */
export interface JsonApiOptions {
  /** Name of the forge in the config, for messages. */
  readonly forge: string;
  /** Without a slash at its end. */
  readonly base: string;
  /** Credentials and the like, with lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: HttpFetch;
  /** The coded error of a refusal, where the forge says more than the usual. */
  readonly refusalOf?: (forge: string, refusal: Refusal) => ForgehandError;
}

const JSON_TYPE = "application/json";

export function createJsonApi(options: JsonApiOptions): JsonApi {
  const { forge, base, headers, fetch, refusalOf = usualRefusal } = options;
  return async ({ method = "GET", path, query = {}, body, type, accept, reply, signal }) => {
    const url = new URL(path.startsWith("/") ? `${base}${path}` : path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const response = await fetch(url.href, {
      method,
      headers: {
        accept: accept ?? JSON_TYPE,
        ...(body === undefined ? {} : { "content-type": type ?? JSON_TYPE }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    const data = dataIn(text);
    const request = `${method} ${path.startsWith("/") ? path : url.pathname}`;
    const { status, headers: told } = response;
    if (response.ok) return { data: readAnswer(forge, reply, data, request), text, headers: told };
    throw refusalOf(forge, { status, headers: Object.fromEntries(told), data, request });
  };
}

function usualRefusal(forge: string, { data, ...answer }: Refusal): ForgehandError {
  return new AnswerError(forge, { ...answer, message: reasonOf(data) });
}
