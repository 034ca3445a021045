import type { SentRequest } from "./openapi.ts";
import { contract } from "./openapi.ts";

/** A vendor's own description of its API, and where it differs from what its servers take. */
export interface Description {
  /** The file in `../shared/contracts`, or those of all products that one adapter serves. */
  readonly files: readonly string[];
  /** What paths may begin with and the description leaves out, with all that is before it: a server can be under a path. */
  readonly base: string;
  /** Operations that it does not have, as method and path. */
  readonly leftOut?: RegExp;
  /** A request as it writes it. */
  readonly inItsWords?: (request: SentRequest) => SentRequest;
}

/** What a description has against a request, whose path is as it was sent; nothing where no description is at hand. */
export type ProblemsOf = (request: SentRequest) => string[];

export function problemsBy({ files, base, leftOut, inItsWords = (sent) => sent }: Description): ProblemsOf {
  const contracts = files.map((file) => ({ file, description: contract(file) }));
  return (request) => {
    const { path: whole } = request;
    const path = whole.includes(base) ? whole.slice(whole.indexOf(base) + base.length) : whole;
    const asked = `${request.method} ${path}`;
    if (leftOut?.test(asked)) return [];
    const sent = inItsWords({ ...request, path });
    return contracts.flatMap(({ file, description }) =>
      (description?.problemsOf(sent) ?? []).map((problem) => `${file}: ${asked}: ${problem}`),
    );
  };
}
