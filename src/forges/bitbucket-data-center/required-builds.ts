import type { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { apiPath } from "./addresses.ts";
import { isUnknownAddress } from "./errors.ts";
import type { Line } from "./line.ts";
import type { RefMatcher } from "./replies.ts";
import { BranchModel, RequiredBuilds } from "./replies.ts";

const HEADS = "refs/heads/";

/** The builds that merge checks ask for. */
export function requiredBuilds(line: Line) {
  async function conditions(repo: Repo, signal?: AbortSignal) {
    const path = `required-builds/latest/${apiPath(repo)}/conditions`;
    const found: z.infer<typeof RequiredBuilds>["values"] = [];
    for await (const { values } of line.pages({ path, reply: RequiredBuilds, signal })) found.push(...values);
    return found;
  }

  return {
    /**
     * By the keys of their plans, which a build names as its `parent`. Servers before 7.14 have no such merge checks.
     * Source: Bitbucket Data Center docs, "Require builds to pass before merging" and the REST API of required builds.
     */
    async requiredChecks(repo, branch, signal) {
      try {
        const all = await conditions(repo, signal);
        const model = all.some(({ refMatcher }) => isOfModel(refMatcher))
          ? await line.ask({
              path: `branch-utils/latest/${apiPath(repo)}/branchmodel`,
              reply: BranchModel,
              signal,
            })
          : {};
        const fitting = all.filter(({ refMatcher }) => fits(refMatcher, branch, model));
        return [...new Set(fitting.flatMap(({ buildParentKeys }) => buildParentKeys ?? []))];
      } catch (error) {
        if (isUnknownAddress(error)) return "unsupported";
        throw error;
      }
    },
  } satisfies Partial<Forge>;
}

function isOfModel({ type }: RefMatcher): boolean {
  return type.id.startsWith("MODEL_");
}

/** Whether a matcher means a branch. Of a type that we do not know it counts as if it did. */
export function fits({ id, type }: RefMatcher, branch: string, model: Partial<BranchModel>): boolean {
  const ref = `${HEADS}${branch}`;
  switch (type.id) {
    case "BRANCH":
      return id === ref || id === branch;
    case "PATTERN":
      return patternOf(id).test(ref);
    case "MODEL_BRANCH":
      return (id === "production" ? model.production : model.development)?.id === ref;
    case "MODEL_CATEGORY": {
      const prefix = model.types?.find((one) => one.id === id)?.prefix;
      return Boolean(prefix) && branch.startsWith(prefix ?? "");
    }
    default:
      return true;
  }
}

/**
 * A pattern as Bitbucket reads it: `?` is one character, `*` any but a slash, `**` any. It fits from any slash of the ref on,
 * and one that ends in a slash has all below it. Source: Bitbucket Data Center docs, "Branch permission patterns".
 */
function patternOf(pattern: string): RegExp {
  const whole = pattern.endsWith("/") ? `${pattern}**` : pattern;
  const source = whole.replace(/\*\*\/|\*\*|\*|\?|[^*?]+/g, (part) => WILD[part] ?? literally(part));
  return new RegExp(`(?:^|/)${source}$`);
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

const WILD: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
};
