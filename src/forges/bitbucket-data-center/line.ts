import { z } from "zod";

import type { JsonApi, JsonCall } from "../shared/json-api.ts";

/** What every page of a list says. */
interface Page {
  readonly isLastPage?: boolean | null | undefined;
  readonly nextPageStart?: number | null | undefined;
}

/** Asks one Bitbucket, by paths below `/rest` such as `api/latest/users`. Throws coded errors, and the reason of the signal. */
export interface Line {
  /** Resolves with the members that `reply` names; an answer without a body is undefined, one that is no JSON is text. */
  ask<T>(call: JsonCall<T>): Promise<T>;
  /** The pages of a list, each as its own answer, as far as somebody wants them. */
  pages<T extends Page>(call: JsonCall<T>): AsyncIterable<T>;
  /** Text of a file as it is. */
  text(call: Omit<JsonCall<unknown>, "reply">): Promise<string>;
  /** Name and id that the token signs in as, which Bitbucket says in the headers of every answer. */
  signedInAs(signal?: AbortSignal): Promise<{ readonly name: string; readonly id: string | undefined }>;
}

/** Entries of a page, if a call asks for no other number. */
const PAGE_SIZE = 100;

export function openLine(api: JsonApi): Line {
  const send = <T>(call: JsonCall<T>) => api({ ...call, path: `/rest/${call.path}` });

  async function* pages<T extends Page>(call: JsonCall<T>): AsyncIterable<T> {
    for (let start: number | null = 0; start !== null;) {
      const query: JsonCall<T>["query"] = { limit: PAGE_SIZE, ...call.query, start };
      const page: T = (await send({ ...call, query })).data;
      yield page;
      start = page.isLastPage === true ? null : (page.nextPageStart ?? null);
    }
  }

  return {
    ask: async (call) => (await send(call)).data,

    pages,

    text: async (call) => (await send({ ...call, reply: z.unknown() })).text,

    async signedInAs(signal) {
      const call = { path: "api/latest/application-properties", reply: z.unknown(), signal };
      const { headers } = await send(call);
      return { name: decoded(headers.get("x-ausername") ?? ""), id: headers.get("x-auserid") ?? undefined };
    },
  };
}

/** A name with characters that no header can hold comes percent-encoded. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
