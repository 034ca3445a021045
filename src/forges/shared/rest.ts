import type { ZodType } from "zod";

import type { ForgehandError } from "../../core/errors.ts";
import type { RefusedAnswer } from "./answers.ts";
import { errorOf, readAnswer } from "./answers.ts";
import type { HttpFetch } from "./http.ts";

/** One question to an API that speaks JSON. */
export interface Question {
  /** `GET` if not set. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below the base, percent-encoded and beginning with a slash; or the whole address of a next page. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** What may be answered; JSON if not said. */
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
}

/** An answer that has arrived in whole, whatever it says. Header names are lower-case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Asks a JSON API for which there is no client worth having. Throws coded errors, and the reason of the signal. */
export interface Rest {
  /** The members of a successful answer that `reply` names. */
  ask<T>(reply: ZodType<T>, question: Question): Promise<T>;
  /** The text of a successful answer as it is. */
  text(question: Question): Promise<string>;
  /** Any answer, refusals too. */
  send(question: Question): Promise<Answer>;
  /** The error of an answer that is a refusal. */
  refusal(question: Question, answer: Answer): ForgehandError;
}

export interface RestOptions {
  /** Name of the forge in the config. */
  readonly forge: string;
  /** Base of the API, without a slash at its end. */
  readonly base: string;
  readonly fetch: HttpFetch;
  /** Sent with every question: credentials and the name of the asker. */
  readonly headers: Readonly<Record<string, string>>;
  /** The forge's own sentence in the body of a refusal; empty where there is none. */
  readonly reasonIn: (text: string) => string;
  /** The coded error of a refusal, where the forge has more to say than its status. */
  readonly errorOf?: (forge: string, answer: RefusedAnswer) => ForgehandError;
}

const JSON_TYPE = "application/json";

export function openRest(options: RestOptions): Rest {
  const { forge, base, fetch, headers, reasonIn } = options;

  async function send({
    method = "GET",
    path,
    query,
    body,
    accept = JSON_TYPE,
    signal,
  }: Question): Promise<Answer> {
    const url = new URL(path.startsWith("/") ? `${base}${path}` : path);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
    const response = await fetch(url.href, {
      method,
      headers: {
        accept,
        ...(body && { "content-type": JSON_TYPE }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    const text = await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), text };
  }

  function refusal(question: Question, { status, headers: told, text }: Answer): ForgehandError {
    const answer = { status, headers: told, message: reasonIn(text), request: nameOf(question) };
    return (options.errorOf ?? errorOf)(forge, answer);
  }

  async function succeed(question: Question): Promise<Answer> {
    const answer = await send(question);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusal(question, answer);
  }

  return {
    send,
    refusal,
    text: async (question) => (await succeed({ accept: "*/*", ...question })).text,
    ask: async (reply, question) =>
      readAnswer(forge, reply, jsonIn((await succeed(question)).text), nameOf(question)),
  };
}

/** JSON data; undefined for any other text, which no schema of ours takes for an answer. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What was asked, for messages: without query, and without the host of a next page. */
function nameOf({ method = "GET", path }: Question): string {
  return `${method} ${path.startsWith("/") ? path : new URL(path).pathname}`;
}
