import type { Actor } from "../../core/event.ts";
import type { Forge, Permission } from "../../core/forge.ts";
import { PERMISSIONS } from "../../core/forge.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { quoted, workspaceOf } from "./line.ts";
import { Account } from "./payloads.ts";
import { Membership, RepositoryPermission } from "./replies.ts";
import { actorOf } from "./translate.ts";

/** What we are called where an access token may not ask who it is. No account has this id. */
export const NAMELESS: Actor = { id: "", login: "forgehand" };

/** Who we are, and who somebody else is: the calls about accounts. */
export function accounts(line: Line, hasAccount: boolean) {
  let self: Actor | undefined;

  async function whoWeAre(signal?: AbortSignal): Promise<Actor> {
    try {
      return actorOf(await line.ask({ path: "/user", reply: Account, signal }));
    } catch (error) {
      // Access tokens that lack the scope `account` are not told, and work all the same.
      if (!hasAccount && isRefusal(error)) return NAMELESS;
      throw error;
    }
  }

  return {
    async self(signal) {
      self ??= await whoWeAre(signal);
      return self;
    },

    /**
     * The effective permission, groups included, which only an administrator of the repository is told. Who has none is
     * not in the list. Source: Bitbucket Cloud docs, "List repository permissions for a repository".
     */
    async permission(repo, actor, signal) {
      const path = `/workspaces/${encodeURIComponent(workspaceOf(repo.fullName))}/permissions/repositories/${encodeURIComponent(repo.id)}`;
      const query = { q: `user.uuid=${quoted(actor.id)}` };
      try {
        for await (const page of line.pages({ path, query, reply: RepositoryPermission, signal })) {
          const found = page.find(({ user }) => user?.uuid === actor.id);
          if (found !== undefined) return permissionOf(found.permission);
        }
        return "none";
      } catch (error) {
        if (isRefusal(error) || isGone(error)) return "unknown";
        throw error;
      }
    },

    /**
     * A team is a workspace, by its slug: who belongs to a group no API tells. Bitbucket says of nobody else's workspace
     * who is in it. Source: Bitbucket Cloud docs, "Get user membership for a workspace".
     */
    async isMember(_repo, team, actor, signal) {
      if (team === "" || actor.id === "") return "unknown";
      const path = `/workspaces/${encodeURIComponent(team)}/members/${encodeURIComponent(actor.id)}`;
      try {
        const { user } = await line.ask({ path, reply: Membership, signal });
        return user?.uuid === actor.id ? "yes" : "no";
      } catch (error) {
        if (isGone(error)) return "no";
        if (isRefusal(error)) return "unknown";
        throw error;
      }
    },

    /** There are no labels on Bitbucket. */
    whoLabelled: () => Promise.resolve({ kind: "unsupported" }),
  } satisfies Partial<Forge>;
}

function permissionOf(permission: string): Permission {
  return PERMISSIONS.find((known) => known === permission) ?? "unknown";
}
