import { GroupMembers, Groups, MergeRequests } from "@gitbeaker/rest";
import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { Forge } from "../../core/forge.ts";
import { isGone, isRefusal, unlessGone } from "../shared/refusals.ts";
import { idOf } from "./accounts.ts";
import type { Line } from "./line.ts";
import { Group, Member, Reviewed } from "./replies.ts";

/** The least access level that makes somebody a member of a group, a guest. Below it is the minimal access of some. */
const GUEST = 10;

/** Groups, and who is to review. */
export function people(line: Line): Required<Pick<Forge, "isMember" | "requestReview">> {
  /** Whether there is such a group for us. */
  const isThere = (path: string, signal?: AbortSignal) =>
    unlessGone(line.ask(Group, signal, (api) => new Groups(api).show(path, { withProjects: false })));

  return {
    /** A team is a group, by its full path; who is in it by inheritance or invitation counts. */
    async isMember(_repo, team, { id, login }, signal) {
      if (!/^[^/\s]+(?:\/[^/\s]+)*$/.test(team)) return "unknown";
      try {
        const account = id || (await idOf(line, login, signal));
        if (account === undefined) return "no";
        let member: z.infer<typeof Member> | undefined;
        await unlessGone(
          line
            .ask(Member, signal, (api) =>
              new GroupMembers(api).show(team, Number(account), { includeInherited: true }),
            )
            .then((found) => void (member = found)),
        );
        if (member === undefined) return (await isThere(team, signal)) ? "no" : "unknown";
        const belongs = String(member.id) === account && member.state === "active";
        return belongs && member.access_level >= GUEST ? "yes" : "no";
      } catch (error) {
        if (isGone(error) || isRefusal(error)) return "unknown";
        throw error;
      }
    },

    /** GitLab is told all who review: those whom somebody asked before are among them. */
    async requestReview(repo, number, logins, signal) {
      if (logins.length === 0) return "set";
      const { reviewers } = await line.ask(Reviewed, signal, (api) =>
        new MergeRequests(api).show(repo.id, number),
      );
      const asked = (reviewers ?? []).map(({ id }) => id);
      const wanted = new Set(asked);
      for (const login of logins) {
        const id = await idOf(line, login, signal);
        if (id === undefined) throw unknownReviewer(login);
        wanted.add(Number(id));
      }
      if (wanted.size === asked.length) return "set";
      await line.ask(z.unknown(), signal, (api) =>
        new MergeRequests(api).edit(repo.id, number, { reviewerIds: [...wanted] }),
      );
      return "set";
    },
  };
}

function unknownReviewer(login: string): ForgehandError {
  const message =
    `GitLab knows no account "${login}", so nobody can be asked for a review by that name: ` +
    "see who is named in the automation.";
  return new ForgehandError("FORGE_REFUSED", message);
}
