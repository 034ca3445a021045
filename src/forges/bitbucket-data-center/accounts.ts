import { ForgehandError } from "../../core/errors.ts";
import type { Actor, Repo } from "../../core/event.ts";
import { isNobody } from "../../core/event.ts";
import type { Forge, GitCredentials, Permission } from "../../core/forge.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import { partsOf } from "./addresses.ts";
import type { Line } from "./line.ts";
import { Users } from "./replies.ts";

/** What Bitbucket calls the permissions in a repository, greatest first. Each has those below it. */
const PERMISSIONS = [
  ["REPO_ADMIN", "admin"],
  ["REPO_WRITE", "write"],
  ["REPO_READ", "read"],
] as const satisfies readonly (readonly [string, Permission])[];

/** The name for git with the token of a project or repository, which belongs to no person. */
const NOBODY = "x-token-auth";

interface Account extends Actor {
  /** False for the account that a project's or repository's token has of its own. */
  readonly isPerson: boolean;
}

/** Who we are, and who somebody else is: the calls about accounts. */
export function accounts(line: Line, { forge, token }: { forge: string; token: string }) {
  let account: Account | undefined;

  /** The users whose name, display name or address holds a text; with a permission in a repository if one is asked for. */
  async function* usersLike(filter: string, query: Readonly<Record<string, string>>, signal?: AbortSignal) {
    const call = { path: "api/latest/users", query: { filter, ...query }, reply: Users, signal };
    for await (const { values } of line.pages(call)) yield* values;
  }

  async function ourselves(signal?: AbortSignal): Promise<Account> {
    const { name, id } = await line.signedInAs(signal);
    if (name === "" || name === "anonymous") throw unknownToken(forge);
    const user = await userNamed(name, signal);
    // The account of a project's token need not be listed: its name is as much its own as an id.
    return {
      id: String(user?.id ?? id ?? name),
      login: name,
      isPerson: user !== undefined && user.type !== "SERVICE",
    };
  }

  async function userNamed(name: string, signal?: AbortSignal) {
    try {
      for await (const user of usersLike(name, {}, signal)) if (user.name === name) return user;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    return undefined;
  }

  async function has(permission: string, repo: Repo, actor: Actor, signal?: AbortSignal): Promise<boolean> {
    const { project, slug } = partsOf(repo);
    const query = {
      "permission.1": permission,
      "permission.1.projectKey": project,
      "permission.1.repositorySlug": slug,
    };
    // By the id: a login that was given up can be taken by somebody else.
    for await (const { id } of usersLike(actor.login, query, signal))
      if (String(id) === actor.id) return true;
    return false;
  }

  return {
    async self(signal) {
      account ??= await ourselves(signal);
      return { id: account.id, login: account.login };
    },

    /** A token does not tell its permissions, and they differ from one repository to the next. */
    missingRights: () => Promise.resolve([]),

    /** Groups, project and global permissions count. Any account may ask; without read access nobody is told. */
    async permission(repo, actor, signal) {
      try {
        for (const [permission, word] of PERMISSIONS) {
          if (await has(permission, repo, actor, signal)) return word;
        }
        return "none";
      } catch (error) {
        if (isRefusal(error) || isGone(error)) return "unknown";
        throw error;
      }
    },

    /**
     * A team is a group of the server. Any account may ask; the server compares a part of the name alone, so that the id
     * decides. Source: Atlassian's description of the REST API, "Get users", filter `group`.
     */
    async isMember(_repo, team, actor, signal) {
      // Without a group everybody would be listed.
      if (team === "" || isNobody(actor)) return "unknown";
      try {
        for await (const { id } of usersLike(actor.login, { group: team }, signal)) {
          if (String(id) === actor.id) return "yes";
        }
        return "no";
      } catch (error) {
        if (isRefusal(error) || isGone(error)) return "unknown";
        throw error;
      }
    },

    whoLabelled: () => Promise.resolve({ kind: "unsupported" }),

    async gitCredentials(_repo, _purpose, signal): Promise<GitCredentials> {
      account ??= await ourselves(signal);
      return { username: account.isPerson ? account.login : NOBODY, password: token };
    },
  } satisfies Partial<Forge>;
}

/** Some calls are answered to anybody, so that a token which counts for nothing shows only here. */
function unknownToken(forge: string): ForgehandError {
  const message =
    `${forge} answers, but its token signs nobody in: it may have expired or been revoked. ` +
    "Make a new HTTP access token and write it into the config.";
  return new ForgehandError("FORGE_AUTH_FAILED", message);
}
