import { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { JsonApi, JsonCall } from "../shared/json-api.ts";

/** Asks the API, about a repository or not. Throws coded errors, and the reason of the signal. */
export interface Line {
  ask<T>(call: JsonCall<T>): Promise<T>;
  /** The text of an answer as it is. */
  text(call: Omit<JsonCall<unknown>, "reply">): Promise<string>;
  /** The headers of an answer. */
  headers(call: Omit<JsonCall<unknown>, "reply">): Promise<Headers>;
  /** The pages of a list, whose entries `reply` reads, as far as somebody wants them. */
  pages<T>(call: JsonCall<T>): AsyncIterable<readonly T[]>;
}

/** Entries of a page: 50 is the most that lists of pull requests are said to give, others give 100. */
const PAGE_SIZE = 50;

/** The line over an API: the address of the next page is followed as it is, which our fetch keeps to one origin. */
export function openLine(api: JsonApi): Line {
  return {
    ask: async (call) => (await api(call)).data,
    text: async (call) => (await api({ ...call, accept: "*/*", reply: z.unknown() })).text,
    headers: async (call) => (await api({ ...call, reply: z.unknown() })).headers,
    async *pages({ reply: entry, signal, ...call }) {
      const reply = z.object({ values: z.array(entry), next: z.url().nullish() });
      type Page = z.infer<typeof reply>;
      const first = { ...call, query: { ...call.query, pagelen: PAGE_SIZE }, reply, signal };
      for (let next: JsonCall<Page> | undefined = first; next !== undefined;) {
        const { data: page }: { readonly data: Page } = await api(next);
        yield page.values;
        next = page.next ? { path: page.next, reply, signal } : undefined;
      }
    },
  };
}

/**
 * The path of a repository: its workspace, and its id in place of its name, so that a rename does not matter. The braces
 * of an id must be encoded. Source: Bitbucket Cloud docs, "REST API", UUIDs.
 */
export function pathOf({ id, fullName }: Pick<Repo, "id" | "fullName">): string {
  return `/repositories/${encodeURIComponent(workspaceOf(fullName))}/${encodeURIComponent(id)}`;
}

/** The workspace of a full name. */
export function workspaceOf(fullName: string): string {
  return fullName.slice(0, Math.max(0, fullName.indexOf("/")));
}

/** A text in a filter, as its language quotes it. Source: Bitbucket Cloud docs, "Filter and sort API objects". */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
