import type { Actor } from "../../core/event.ts";
import type { Forge, Permission } from "../../core/forge.ts";
import { PERMISSIONS } from "../../core/forge.ts";
import { isGone, isRefusal, unlessGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Account, CollaboratorPermission } from "./replies.ts";
import { actorOf } from "./translate.ts";

/** Who we are, and what somebody else may do: the calls about accounts. */
export function accounts(line: Line) {
  let self: Actor | undefined;

  return {
    async self(signal) {
      self ??= actorOf(await line.askServer({ path: "/user", reply: Account, signal }));
      return self;
    },

    /** Teams and ownership count. Only an administrator of the repository, or of the server, is told of others. */
    async permission(repo, actor, signal) {
      const login = encodeURIComponent(actor.login);
      try {
        const found = await line.ask(repo, {
          path: `/collaborators/${login}/permission`,
          reply: CollaboratorPermission,
          signal,
        });
        // A login that was given up can be taken by somebody else; the id cannot.
        return String(found.user?.id) === actor.id ? permissionOf(found.permission) : "none";
      } catch (error) {
        if (isRefusal(error)) return "unknown";
        if (!isGone(error)) throw error;
        // Old servers do not have this question, and say of it the same as of an account that is not there.
        const isThere = line.askServer({ path: `/users/${login}`, reply: Account, signal });
        return (await unlessGone(isThere)) ? "unknown" : "none";
      }
    },
  } satisfies Partial<Forge>;
}

function permissionOf(permission: string): Permission {
  if (permission === "owner") return "admin";
  return PERMISSIONS.find((known) => known === permission) ?? "unknown";
}
