import { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import type { Line } from "./line.ts";
import * as payloads from "./payloads.ts";
import { SeenInstallations } from "./replies.ts";
import { repoOf } from "./translate.ts";

const InstalledRepositories = z.object({ repositories: z.array(payloads.Repository) });

/** Repositories by name, and for an App all that it was installed in. */
export function repositories(line: Line): Pick<Forge, "repository" | "installedRepositories"> {
  return {
    async repository(fullName, signal) {
      // An App is asked for its installation first, which is 404 where nobody let it in.
      const call = { route: "GET /repos/{owner}/{repo}", reply: payloads.Repository, signal };
      return repoOf(await line.ask({ id: "", fullName }, call));
    },
    ...(line.isApp ? { installedRepositories: (signal) => installedIn(line, signal) } : {}),
  };
}

async function installedIn(line: Line, signal?: AbortSignal): Promise<Repo[]> {
  const found: Repo[] = [];
  const installations = { route: "GET /app/installations", reply: SeenInstallations, signal };
  const seen = { route: "GET /installation/repositories", reply: InstalledRepositories, signal };
  for await (const page of line.pagesOfSelf(installations)) {
    // One that its owner suspended gives no token.
    for (const { id } of page.filter(({ suspended_at: suspended }) => !suspended)) {
      for await (const { repositories: some } of line.pagesOf(id, seen)) found.push(...some.map(repoOf));
    }
  }
  return found;
}
