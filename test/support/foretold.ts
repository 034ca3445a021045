import nock from "nock";

import type { ProblemsOf } from "./description.ts";

/** A server that answers what a test foretold; every request to it is held against its description. */
export function foretoldBy(problemsOf: ProblemsOf, base: string): { api: nock.Scope; problems: string[] } {
  const problems: string[] = [];
  const api = nock(base);
  api.on("request", (request: Request, _: unknown, text: string) => {
    const { pathname, searchParams } = new URL(request.url);
    problems.push(
      ...problemsOf({
        method: request.method,
        path: pathname,
        query: Object.fromEntries(searchParams),
        ...(text === "" ? {} : { body: JSON.parse(text) as unknown }),
      }),
    );
  });
  return { api, problems };
}
