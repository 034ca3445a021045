import type { Forge } from "../../core/forge.ts";
import { apiPath } from "./addresses.ts";
import type { Line } from "./line.ts";
import { Repository } from "./payloads.ts";
import { repoOf } from "./translate.ts";

/** What a repository is called, and what it is known by. */
export function repositories(line: Line) {
  return {
    repository: async (fullName, signal) =>
      repoOf(await line.ask({ path: `api/latest/${apiPath({ fullName })}`, reply: Repository, signal })),
  } satisfies Partial<Forge>;
}
