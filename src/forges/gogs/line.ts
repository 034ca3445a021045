import { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { JsonApi, JsonCall } from "../shared/json-api.ts";
import { encodePath } from "../shared/path.ts";

/** Asks the API. Lists that we need come in one answer. Throws coded errors, and the reason of the signal. */
export interface Line {
  /** Ask about a repository: the path is below that of the repository. */
  ask<T>(repo: Repo, call: JsonCall<T>): Promise<T>;
  /** Ask about a repository for a text as it is. */
  askText(repo: Repo, call: Omit<JsonCall<unknown>, "reply">): Promise<string>;
  /** Ask about no repository. */
  askServer<T>(call: JsonCall<T>): Promise<T>;
}

export function openLine(api: JsonApi): Line {
  const about = ({ fullName }: Repo, path: string) => `/repos/${encodePath(fullName)}${path}`;
  return {
    ask: async (repo, call) => (await api({ ...call, path: about(repo, call.path) })).data,
    askText: async (repo, call) =>
      (await api({ ...call, path: about(repo, call.path), reply: z.unknown() })).text,
    askServer: async (call) => (await api(call)).data,
  };
}
