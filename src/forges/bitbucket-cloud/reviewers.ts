import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import type { Line } from "./line.ts";
import { pathOf, workspaceOf } from "./line.ts";
import { PullRequest } from "./payloads.ts";
import { RepositoryPermission } from "./replies.ts";

type Known = NonNullable<z.infer<typeof RepositoryPermission>["user"]>;

/** Asking people for a review. */
export function reviewers(line: Line) {
  /** Who may see a repository, as far as these names call anybody; the token must be an administrator's for that. */
  async function called(repo: Repo, names: readonly string[], signal?: AbortSignal): Promise<Known[]> {
    const workspace = encodeURIComponent(workspaceOf(repo.fullName));
    const path = `/workspaces/${workspace}/permissions/repositories/${encodeURIComponent(repo.id)}`;
    const found: Known[] = [];
    for await (const page of line.pages({ path, reply: RepositoryPermission, signal })) {
      for (const { user } of page) if (user && names.some((name) => isCalled(user, name))) found.push(user);
    }
    return found;
  }

  return {
    /**
     * The list of reviewers is written as a whole, so that those who were asked already are in it. Bitbucket refuses an
     * author among them. Source: renovatebot/renovate, which sends the title beside them.
     */
    async requestReview(repo, number, logins, signal) {
      if (logins.length === 0) return "set";
      const path = `${pathOf(repo)}/pullrequests/${number}`;
      const [request, known] = await Promise.all([
        line.ask({ path, reply: PullRequest, signal }),
        called(repo, logins, signal),
      ]);
      const wanted = logins.map((login) => oneCalled(login, known));
      const before = (request.reviewers ?? []).map(({ uuid }) => uuid);
      const after = new Set([...before, ...wanted.filter((uuid) => uuid !== request.author?.uuid)]);
      if (after.size === before.length) return "set";
      const body = { title: request.title, reviewers: [...after].map((uuid) => ({ uuid })) };
      await line.ask({ method: "PUT", path, body, reply: z.unknown(), signal });
      return "set";
    },

    /** A branch may want builds that pass, but only their number: none has a name. */
    requiredChecks: () => Promise.resolve("unsupported"),
  } satisfies Partial<Forge>;
}

/** A person is named by nickname, by UUID in braces or by the id of the Atlassian account. */
function isCalled({ uuid, account_id: account, nickname }: Known, name: string): boolean {
  return uuid === name || account === name || nickname?.toLowerCase() === name.toLowerCase();
}

/** The UUID of the one account that a name calls. A nickname that two people have calls neither. */
function oneCalled(login: string, known: readonly Known[]): string {
  const [first, ...more] = known.filter((user) => isCalled(user, login));
  if (first !== undefined && more.length === 0) return first.uuid;
  const message =
    first === undefined
      ? `Nobody who may see the repository on Bitbucket is called "${login}": write the nickname, or the UUID in braces.`
      : `Several people on Bitbucket are called "${login}": write the UUID of the one who is meant, in braces.`;
  throw new ForgehandError("FORGE_REFUSED", message);
}
