import type { Forge } from "../../core/forge.ts";
import type { Line } from "./line.ts";
import { pathOf } from "./line.ts";
import { NamedRepository } from "./replies.ts";
import { repoOf } from "./translate.ts";

/** What a repository is called, and what it is known by. */
export function repositories(line: Line) {
  return {
    async repository(fullName, signal) {
      // A name may stand where an id does.
      const name = fullName.slice(fullName.indexOf("/") + 1);
      const found = await line.ask({ path: pathOf({ id: name, fullName }), reply: NamedRepository, signal });
      const { mainbranch } = found;
      return { ...repoOf(found), ...(mainbranch ? { defaultBranch: mainbranch.name } : {}) };
    },
  } satisfies Partial<Forge>;
}
