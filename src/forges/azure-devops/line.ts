import type { z } from "zod";

import { readAnswer } from "../shared/answers.ts";
import type { HttpFetch } from "../shared/http.ts";
import { AnswerError, reasonIn } from "../shared/refusals.ts";

/** What is asked of the API. */
export interface Asked<T> {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Percent-encoded, after the base. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Content type of the body, JSON if not set. */
  readonly type?: string;
  /** What follows the version of the API for what is not released yet, such as `-preview.4`. */
  readonly preview?: string;
  /** The members that are wanted of the answer. */
  readonly reply: z.ZodType<T>;
  readonly signal?: AbortSignal | undefined;
}

type Question = Omit<Asked<unknown>, "reply">;

/** Asks one base of the API. Throws coded errors, and the reason of the signal. */
export interface Line {
  /** Version of the API that is asked for, such as `7.1`. */
  readonly version: string;
  ask<T>(asked: Asked<T>): Promise<T>;
  /** A page of a list, and the token that asks for the next one; undefined for the last. */
  page<T>(asked: Asked<T>): Promise<{ readonly page: T; readonly next: string | undefined }>;
  /** Milliseconds that we were asked to wait with the next request, by an answer that was a success; 0 where we were not. */
  pause(): number;
  /** The bytes of a file as text. */
  text(asked: Question): Promise<string>;
}

/** What a line is opened with. */
export interface LineOptions {
  /** Name of the forge in the config. */
  readonly forge: string;
  readonly base: string;
  readonly token: string;
  readonly version: string;
  readonly userAgent: string;
  readonly fetch: HttpFetch;
}

/** An answer that is a success. */
interface Answer {
  readonly text: string;
  readonly headers: Headers;
  /** What was asked, for messages. */
  readonly request: string;
}

/** What is answered instead of 401 where a token is not valid (any more), with a page for signing in. */
const SIGN_IN = 203;

/** The header that names the next page of some lists. */
const NEXT_PAGE = "x-ms-continuationtoken";

export function openLine({ forge, base, token, version, userAgent, fetch }: LineOptions): Line {
  const authorization = `Basic ${Buffer.from(`:${token}`).toString("base64")}`;

  let quietUntil = 0;

  /** Older servers have in preview what was released later: what they refuse for that is asked for again as such. */
  async function send(asked: Question, accept: string): Promise<Answer> {
    try {
      return await sendOnce(asked, accept);
    } catch (error) {
      if (asked.preview !== undefined || !isUnderPreview(error)) throw error;
      return sendOnce({ ...asked, preview: "-preview" }, accept);
    }
  }

  async function sendOnce(asked: Question, accept: string): Promise<Answer> {
    const { method = "GET", path, query = {}, body, type = "application/json", preview = "", signal } = asked;
    const search = new URLSearchParams({ ...query, "api-version": `${version}${preview}` });
    const url = `${base}${path}?${search.toString()}`;
    const request = `${method} ${new URL(url).pathname}`;
    const response = await fetch(url, {
      method,
      headers: {
        authorization,
        accept,
        "user-agent": userAgent,
        // Asks for 401 instead of a redirect to the page for signing in, as Microsoft's own clients do.
        "x-tfs-fedauthredirect": "Suppress",
        ...(body === undefined ? {} : { "content-type": type }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    if (response.ok && response.status !== SIGN_IN) {
      const seconds = Number(response.headers.get("retry-after"));
      if (seconds > 0) quietUntil = Date.now() + seconds * 1_000;
      return { text, headers: response.headers, request };
    }
    const headers = Object.fromEntries(response.headers);
    if (response.ok) {
      throw new AnswerError(forge, { status: 401, headers, message: "a page for signing in (203)", request });
    }
    throw new AnswerError(forge, { status: response.status, headers, message: reasonIn(text), request });
  }

  async function page<T>(asked: Asked<T>): Promise<{ page: T; next: string | undefined }> {
    const { text, headers, request } = await send(asked, "application/json");
    const next = headers.get(NEXT_PAGE) ?? undefined;
    return { page: readAnswer(forge, asked.reply, dataIn(text), request), next };
  }

  return {
    version,
    page,
    pause: () => Math.max(0, quietUntil - Date.now()),
    ask: async (asked) => (await page(asked)).page,
    text: async (asked) => (await send(asked, "text/plain")).text,
  };
}

function isUnderPreview(error: unknown): boolean {
  return error instanceof AnswerError && error.status === 400 && /-preview flag/i.test(error.message);
}

/** Data of a JSON answer, else its text, which the reader refuses where it wants data. */
function dataIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
