import type { ZodType } from "zod";

import { readAnswer } from "../shared/answers.ts";
import type { HttpFetch } from "../shared/http.ts";
import { BitbucketError } from "./errors.ts";

/** One call of a REST API. */
export interface Call<T> {
  /** GET by default. */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Path below `/rest`, such as `api/latest/users`; each segment is percent-encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The members that we read of the answer. */
  readonly reply: ZodType<T>;
  readonly signal?: AbortSignal | undefined;
}

/** What every page of a list says. */
interface Page {
  readonly isLastPage?: boolean | null | undefined;
  readonly nextPageStart?: number | null | undefined;
}

/** Asks one Bitbucket. Throws coded errors, and the reason of the signal. */
export interface Line {
  /** Resolves with the members that `reply` names; an answer without a body is undefined, one that is no JSON is text. */
  ask<T>(call: Call<T>): Promise<T>;
  /** The pages of a list, each as its own answer, as far as somebody wants them. */
  pages<T extends Page>(call: Call<T>): AsyncIterable<T>;
  /** Text of a file as it is. */
  text(call: Omit<Call<string>, "reply">): Promise<string>;
  /** Name and id that the token signs in as, which Bitbucket says in the headers of every answer. */
  signedInAs(signal?: AbortSignal): Promise<{ readonly name: string; readonly id: string | undefined }>;
}

/** What a line is opened with. */
export interface LineOptions {
  /** Name of the forge in the config. */
  readonly forge: string;
  /** Base of the APIs, `/rest` included. */
  readonly base: string;
  readonly token: string;
  readonly userAgent: string;
  readonly fetch: HttpFetch;
}

/** Entries of a page, if a call asks for no other number. */
const PAGE_SIZE = "100";

export function openLine({ forge, base, token, userAgent, fetch }: LineOptions): Line {
  async function send({ method = "GET", path, query, body, signal }: Omit<Call<unknown>, "reply">) {
    const request = `${method} /rest/${path}`;
    const search = query === undefined ? "" : `?${new URLSearchParams(query).toString()}`;
    const response = await fetch(`${base}/${path}${search}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json, */*;q=0.5",
        "user-agent": userAgent,
        ...bodyHeaders(method, body),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    const headers = Object.fromEntries(response.headers);
    if (response.ok) return { text, headers, request };
    throw new BitbucketError(forge, { status: response.status, headers, data: dataIn(text), request });
  }

  async function ask<T>(call: Call<T>): Promise<T> {
    const { text, request } = await send(call);
    return readAnswer(forge, call.reply, dataIn(text), request);
  }

  async function* pages<T extends Page>(call: Call<T>): AsyncIterable<T> {
    for (let start: number | null = 0; start !== null;) {
      const query: Record<string, string> = { limit: PAGE_SIZE, ...call.query, start: String(start) };
      const page: T = await ask({ ...call, query });
      yield page;
      start = page.isLastPage === true ? null : (page.nextPageStart ?? null);
    }
  }

  return {
    ask,

    pages,

    text: async (call) => (await send(call)).text,

    async signedInAs(signal) {
      const { headers } = await send({ path: "api/latest/application-properties", signal });
      const { "x-ausername": name = "", "x-auserid": id } = headers;
      return { name: decoded(name), id };
    },
  };
}

/** What writes and has no body could be forged by a page: Bitbucket wants to be told that it is not. */
function bodyHeaders(method: string, body: object | undefined): Record<string, string> {
  if (body !== undefined) return { "content-type": "application/json" };
  return method === "GET" ? {} : { "x-atlassian-token": "no-check" };
}

function dataIn(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A name with characters that no header can hold comes percent-encoded. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
