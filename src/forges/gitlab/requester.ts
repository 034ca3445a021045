import type { BaseResourceOptions } from "@gitbeaker/requester-utils";
import { createRequesterFn } from "@gitbeaker/requester-utils";
import { z } from "zod";

import type { HttpFetch } from "../shared/http.ts";
import { reasonIn } from "../shared/refusals.ts";
import { refusalOf } from "./errors.ts";

/** What gitbeaker's resources are made with. */
export type ResourceOptions = BaseResourceOptions<false>;

/** What gitbeaker hands to a requester, as far as we send it. */
const Request = z.object({
  prefixUrl: z.string(),
  method: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  searchParams: z.string().optional(),
});

/** What gitbeaker can be handed back: it counts pages of lists and looks at nothing else. */
const Data = z.union([z.array(z.record(z.string(), z.unknown())), z.record(z.string(), z.unknown())]);

/** How one call goes out. */
export interface Way {
  readonly forge: string;
  readonly fetch: HttpFetch;
  readonly userAgent: string;
  readonly signal?: AbortSignal | undefined;
  /** Told what is asked, such as `GET /api/v4/projects/42`. */
  readonly onRequest: (request: string) => void;
}

/**
 * Gitbeaker's requests by our fetch. Its own would follow redirects to other hosts with the token, hold itself back
 * and try 429 and 502 ten times; and none of its methods takes a signal, so that each call has a requester of its own.
 * The requester throws the coded error of an answer that is no success.
 */
export function requesterFor({ forge, fetch, userAgent, signal, onRequest }: Way) {
  return createRequesterFn(
    (_, options) => Promise.resolve(options),
    async (endpoint, options) => {
      const { prefixUrl, method, headers, body, searchParams } = Request.parse(options);
      // Some resources have their own word at the end of the prefix, others a slash.
      const url = `${prefixUrl.replace(/\/$/, "")}/${endpoint}`;
      const request = `${method} ${new URL(url).pathname}`;
      onRequest(request);
      const query = searchParams === undefined ? "" : `?${searchParams}`;
      const response = await fetch(`${url}${query}`, {
        method,
        headers: { ...headers, "user-agent": userAgent },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      const { status } = response;
      const text = await response.text();
      const answer = { status, headers: Object.fromEntries(response.headers) };
      if (response.ok) return { ...answer, body: dataIn(text, answer.headers["content-type"]) };
      throw refusalOf(forge, { ...answer, message: reasonIn(text), request });
    },
  );
}

/** Data of a JSON answer, else its text: raw files are never sent as JSON, and the reader refuses what it cannot use. */
function dataIn(text: string, type = ""): z.infer<typeof Data> | string {
  if (!type.startsWith("application/json")) return text;
  try {
    return Data.safeParse(JSON.parse(text)).data ?? text;
  } catch {
    return text;
  }
}
