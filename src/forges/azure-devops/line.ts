import { z } from "zod";

import type { HttpFetch } from "../shared/http.ts";
import type { JsonAnswer, JsonCall } from "../shared/json-api.ts";
import { createJsonApi } from "../shared/json-api.ts";
import { AnswerError } from "../shared/refusals.ts";

/** What is asked of the API. */
export interface Asked<T> extends JsonCall<T> {
  /** What follows the version of the API for what is not released yet, such as `-preview.4`. */
  readonly preview?: string;
}

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
  text(asked: Omit<Asked<unknown>, "reply">): Promise<string>;
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

/** What is answered instead of 401 where a token is not valid (any more), with a page for signing in. */
const SIGN_IN = 203;

/** The header that names the next page of some lists. */
const NEXT_PAGE = "x-ms-continuationtoken";

export function openLine({ forge, base, token, version, userAgent, fetch }: LineOptions): Line {
  const api = createJsonApi({
    forge,
    base,
    headers: {
      authorization: `Basic ${Buffer.from(`:${token}`).toString("base64")}`,
      "user-agent": userAgent,
      // Asks for 401 instead of a redirect to the page for signing in, as Microsoft's own clients do.
      "x-tfs-fedauthredirect": "Suppress",
    },
    fetch: async (url, request) => withoutSignIn(await fetch(url, request)),
  });

  let quietUntil = 0;

  /** Older servers have in preview what was released later: what they refuse for that is asked for again as such. */
  async function send<T>(asked: Asked<T>): Promise<JsonAnswer<T>> {
    try {
      return await sendOnce(asked);
    } catch (error) {
      if (asked.preview !== undefined || !isUnderPreview(error)) throw error;
      return sendOnce({ ...asked, preview: "-preview" });
    }
  }

  async function sendOnce<T>({ preview = "", ...call }: Asked<T>): Promise<JsonAnswer<T>> {
    const answer = await api({ ...call, query: { ...call.query, "api-version": `${version}${preview}` } });
    const seconds = Number(answer.headers.get("retry-after"));
    if (seconds > 0) quietUntil = Date.now() + seconds * 1_000;
    return answer;
  }

  return {
    version,
    async page(asked) {
      const { data: page, headers } = await send(asked);
      return { page, next: headers.get(NEXT_PAGE) ?? undefined };
    },
    pause: () => Math.max(0, quietUntil - Date.now()),
    ask: async (asked) => (await send(asked)).data,
    text: async (asked) => (await send({ ...asked, accept: "text/plain", reply: z.unknown() })).text,
  };
}

function withoutSignIn(response: Response): Response {
  if (response.status !== SIGN_IN) return response;
  return new Response(`a page for signing in (${SIGN_IN})`, { status: 401, headers: response.headers });
}

function isUnderPreview(error: unknown): boolean {
  return error instanceof AnswerError && error.status === 400 && /-preview flag/i.test(error.message);
}
