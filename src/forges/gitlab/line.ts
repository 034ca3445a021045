import type { ZodType } from "zod";
import { z } from "zod";

import { readAnswer } from "../shared/answers.ts";
import type { HttpFetch } from "../shared/http.ts";
import type { ResourceOptions } from "./requester.ts";
import { requesterFor } from "./requester.ts";

/** What one page of a list is asked by; gitbeaker would else collect all pages before it hands out the first. */
export interface PageOptions {
  readonly page: number;
  readonly perPage: number;
  readonly showExpanded: true;
}

/** Asks for one page of a list. */
export type PageCall = (api: ResourceOptions, page: PageOptions) => Promise<unknown>;

/** One page of a list. `next`: number of the page after it; null on the last. */
export interface OnePage<T> {
  readonly data: T;
  readonly next: number | null;
}

/** Asks the API. A call makes the resource that it needs of the options, such as `new Issues(api)`. */
export interface Line {
  /** Resolves with the members that `reply` names. Throws coded errors, and the reason of the signal. */
  ask<T>(
    reply: ZodType<T>,
    signal: AbortSignal | undefined,
    call: (api: ResourceOptions) => Promise<unknown>,
  ): Promise<T>;
  /** The pages of a list, each as its own answer, as far as somebody wants them. */
  pages<T>(reply: ZodType<T>, signal: AbortSignal | undefined, call: PageCall): AsyncIterable<T>;
  /** One page of a list, by its number. */
  page<T>(
    reply: ZodType<T>,
    signal: AbortSignal | undefined,
    number: number,
    call: PageCall,
  ): Promise<OnePage<T>>;
}

/** What a line is opened with. */
export interface LineOptions {
  /** Name of the forge in the config. */
  readonly forge: string;
  /** Base of the API without `/api/v4`. */
  readonly host: string;
  readonly token: string;
  readonly userAgent: string;
  readonly fetch: HttpFetch;
}

const PAGE_SIZE = 100;

/** A page of a list as gitbeaker hands it out expanded: `next` is null on the last one. */
const Page = z.object({
  data: z.unknown(),
  paginationInfo: z.object({ next: z.int().nullable() }).nullish(),
});

export function openLine({ forge, host, token, userAgent, fetch }: LineOptions): Line {
  /** Deadline and waiting are the business of our fetch, so gitbeaker has neither. */
  async function go<T>(
    signal: AbortSignal | undefined,
    call: (api: ResourceOptions) => Promise<unknown>,
    readOn: (answer: unknown, request: string) => T,
  ): Promise<T> {
    let asked = "";
    const onRequest = (request: string) => (asked = request);
    const requesterFn = requesterFor({ forge, fetch, userAgent, signal, onRequest });
    const answer = await call({ host, token, requesterFn, queryTimeout: null, rateLimits: {} });
    return readOn(answer, asked);
  }

  const pageOf: Line["page"] = (reply, signal, number, call) => {
    const options: PageOptions = { page: number, perPage: PAGE_SIZE, showExpanded: true };
    return go(
      signal,
      (api) => call(api, options),
      (answer, request) => {
        const found = readAnswer(forge, Page, answer, request);
        const { next = null } = found.paginationInfo ?? {};
        return { data: readAnswer(forge, reply, found.data, request), next };
      },
    );
  };

  return {
    ask: (reply, signal, call) =>
      go(signal, call, (answer, request) => readAnswer(forge, reply, answer, request)),

    page: pageOf,

    async *pages<T>(reply: ZodType<T>, signal: AbortSignal | undefined, call: PageCall) {
      for (let number: number | null = 1; number !== null;) {
        const page: OnePage<T> = await pageOf(reply, signal, number, call);
        yield page.data;
        number = page.next;
      }
    },
  };
}
