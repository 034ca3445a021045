import nock from "nock";

import type { ProblemsOf } from "./description.ts";

/** What is wrong with the requests of the test that runs. */
const problems: string[] = [];

/**
 * A server that answers what a test foretold; every request to it is held against its description. What does not fit fails
 * the test when it is over (`setup.ts`).
 */
export function foretoldBy(problemsOf: ProblemsOf, base: string): nock.Scope {
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
  return api;
}

/** What was wrong since this was asked last. */
export function takeProblems(): string[] {
  return problems.splice(0);
}
