import { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { JsonApi, JsonCall } from "../shared/json-api.ts";
import type { Pages } from "../shared/pages.ts";
import { readPages } from "../shared/pages.ts";
import { encodePath } from "../shared/path.ts";

/** Whom a call is about: the repository of a full name. */
type Named = Pick<Repo, "fullName">;

/**
 * Asks the API. Lists that we need come in one answer, but for that of issues. Throws coded errors, and the reason of the
 * signal.
 */
export interface Line {
  /** Ask about a repository: the path is below that of the repository. */
  ask<T>(repo: Named, call: JsonCall<T>): Promise<T>;
  /** Ask about a repository for a text as it is. */
  askText(repo: Named, call: Omit<JsonCall<unknown>, "reply">): Promise<string>;
  /** Ask for a list about a repository that comes in pages, of a size that only the server knows (`ISSUE_PAGING_NUM`). */
  list<T>(repo: Named, call: JsonCall<readonly T[]>): Promise<Pages<T>>;
  /** Ask about no repository. */
  askServer<T>(call: JsonCall<T>): Promise<T>;
}

export function openLine(api: JsonApi): Line {
  const about = ({ fullName }: Named, path: string) => `/repos/${encodePath(fullName)}${path}`;
  return {
    ask: async (repo, call) => (await api({ ...call, path: about(repo, call.path) })).data,
    askText: async (repo, call) =>
      (await api({ ...call, path: about(repo, call.path), reply: z.unknown() })).text,
    list: (repo, call) =>
      readPages((page) => api({ ...call, path: about(repo, call.path), query: { ...call.query, page } })),
    askServer: async (call) => (await api(call)).data,
  };
}
