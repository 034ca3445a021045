import type { Actor, Repo } from "../../core/event.ts";
import type { Forge, Permission } from "../../core/forge.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Account, Collaborators, Members, Repository, Teams } from "./replies.ts";
import { actorOf } from "./translate.ts";

/** Who we are, and what somebody else may do: the calls about accounts. */
export function accounts(line: Line) {
  let self: Actor | undefined;

  return {
    async self(signal) {
      self ??= actorOf(await line.askServer({ path: "/user", reply: Account, signal }));
      return self;
    },

    /** Gogs has no tokens of fewer rights than their account, and tells nothing of rights but by repository. */
    missingRights: () => Promise.resolve([]),

    /**
     * The owner, and whoever was made a collaborator; of an organisation its owners, where we are told who they are.
     * Other members of its teams may have more than anybody tells us: `unknown`. Administrators of the server count as
     * what they are in the repository.
     */
    async permission(repo, actor, signal) {
      const { owner, private: hidden } = await line.ask(repo, { path: "", reply: Repository, signal });
      if (String(owner.id) === actor.id) return "admin";
      const given = await collaboratorRight(line, repo, actor, signal);
      if (given !== undefined) return given;
      const standing = await standingIn(line, owner.login, actor, signal);
      return standing === "not an organisation" ? (hidden ? "none" : "read") : standing;
    },
  } satisfies Partial<Forge>;
}

/** The right of a collaborator; undefined where the account is none. Only an administrator of the repository is told. */
async function collaboratorRight(
  line: Line,
  repo: Repo,
  { id }: Actor,
  signal?: AbortSignal,
): Promise<Permission | undefined> {
  const all = await unlessHidden(line.ask(repo, { path: "/collaborators", reply: Collaborators, signal }));
  if (all === undefined) return "unknown";
  const found = all.find((one) => String(one.id) === id);
  if (found === undefined) return undefined;
  const { admin, push, pull } = found.permissions;
  return admin ? "admin" : push ? "write" : pull ? "read" : "none";
}

/** What an account is in the organisation that owns a repository. Only an administrator of the server is told of members. */
async function standingIn(
  line: Line,
  owner: string,
  { id }: Actor,
  signal?: AbortSignal,
): Promise<Permission | "not an organisation"> {
  const path = `/orgs/${encodeURIComponent(owner)}/teams`;
  const teams = await unlessHidden(line.askServer({ path, reply: Teams, signal }));
  if (teams === undefined) return "not an organisation";
  for (const team of teams.filter(({ permission }) => permission === "owner")) {
    const members = { path: `/admin/teams/${team.id}/members`, reply: Members, signal };
    const found = await unlessHidden(line.askServer(members));
    if (found?.some((one) => String(one.id) === id)) return "admin";
  }
  return "unknown";
}

/** Undefined where Gogs says that it is not there, or not for us. */
export async function unlessHidden<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isGone(error) || isRefusal(error)) return undefined;
    throw error;
  }
}
