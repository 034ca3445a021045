import { ForgehandError } from "../../core/errors.ts";
import type { Actor, Repo } from "../../core/event.ts";
import { isNobody } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import { findAccount } from "./identities.ts";
import type { Line } from "./line.ts";
import { at, placeOf } from "./place.ts";
import { Connection, TeamMembers } from "./replies.ts";
import { permissionIn } from "./security.ts";

/** Whom services take us for where they believe no token. */
const ANONYMOUS = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

/** Members of a team that a page has. */
const PAGE_SIZE = 100;

/** Who we are, and what somebody else may do. `people`: the API that knows accounts. */
export function accounts(line: Line, people: Line) {
  let self: Actor | undefined;

  async function ask(signal?: AbortSignal): Promise<Actor> {
    const path = "/_apis/connectionData";
    const { authenticatedUser: user } = await line.ask({
      path,
      preview: "-preview.1",
      reply: Connection,
      signal,
    });
    if (user.id === ANONYMOUS) {
      const message =
        "Azure DevOps takes us for nobody: the token is not valid (any more), renew it in the config.";
      throw new ForgehandError("FORGE_AUTH_FAILED", message);
    }
    const login = user.properties?.Account?.$value ?? user.providerDisplayName ?? user.id;
    return { id: user.id.toLowerCase(), login };
  }

  async function membersOf(repo: Repo, team: string, signal?: AbortSignal): Promise<TeamMembers["value"]> {
    const path = at`/_apis/projects/${placeOf(repo).project}/teams/${team}/members`;
    const found: TeamMembers["value"] = [];
    for (;;) {
      const query = { $top: String(PAGE_SIZE), $skip: String(found.length) };
      const { value } = await line.ask({ path, query, reply: TeamMembers, signal });
      found.push(...value);
      if (value.length < PAGE_SIZE) return found;
    }
  }

  return {
    async self(signal) {
      self ??= await ask(signal);
      return self;
    },

    async permission(repo, actor, signal) {
      // A delivery that names nobody, such as that of an update of a fork's pull request.
      if (isNobody(actor)) return "unknown";
      try {
        const account = await findAccount(people, actor, signal);
        if (account === undefined || account.isActive === false) return "none";
        return await permissionIn(line, repo, account.descriptor, signal);
      } catch (error) {
        if (isGone(error)) return "none";
        if (isRefusal(error)) return "unknown";
        throw error;
      }
    },

    /** A team of the project, by its name. Who is in it by a group only nobody is told. */
    async isMember(repo, team, actor, signal) {
      if (team === "" || isNobody(actor)) return "unknown";
      try {
        const id = actor.id === "" ? (await findAccount(people, actor, signal))?.id.toLowerCase() : actor.id;
        const members = await membersOf(repo, team, signal);
        if (members.some(({ identity }) => identity.id.toLowerCase() === id)) return "yes";
        return members.some(({ identity }) => identity.isContainer) ? "unknown" : "no";
      } catch (error) {
        if (isGone(error) || isRefusal(error)) return "unknown";
        throw error;
      }
    },
  } satisfies Partial<Forge>;
}
