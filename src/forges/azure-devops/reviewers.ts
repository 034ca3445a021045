import { ForgehandError } from "../../core/errors.ts";
import type { Forge } from "../../core/forge.ts";
import { findAccount } from "./identities.ts";
import type { Line } from "./line.ts";
import { pullRequestPath } from "./place.ts";
import { Anything, Reviewers } from "./replies.ts";

/** Asking people for a review. `people`: the API that knows accounts. */
export function reviewers(line: Line, people: Line) {
  async function idOf(login: string, signal?: AbortSignal): Promise<string> {
    const account = await findAccount(people, { id: "", login }, signal);
    if (account !== undefined) return account.id;
    const message =
      `Azure DevOps knows no account, or more than one, with the unique name "${login}": ` +
      "write the address that the person signs in with.";
    throw new ForgehandError("FORGE_REFUSED", message);
  }

  return {
    /** Who is a reviewer already is left alone, since a vote may stand there. */
    async requestReview(repo, number, logins, signal) {
      if (logins.length === 0) return "set";
      const path = `${pullRequestPath(repo, number)}/reviewers`;
      const { value } = await line.ask({ path, reply: Reviewers, signal });
      const known = new Set(value.map(({ id }) => id.toLowerCase()));
      const wanted: string[] = [];
      for (const login of logins) wanted.push(await idOf(login, signal));
      const missing = [...new Set(wanted)].filter((id) => !known.has(id.toLowerCase()));
      if (missing.length === 0) return "set";
      const body = missing.map((id) => ({ id }));
      await line.ask({ method: "POST", path, body, reply: Anything, signal });
      return "set";
    },
  } satisfies Partial<Forge>;
}
