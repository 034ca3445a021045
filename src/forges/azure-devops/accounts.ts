import { ForgehandError } from "../../core/errors.ts";
import type { Actor } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Connection, Identities } from "./replies.ts";
import { permissionIn } from "./security.ts";

/** Whom services take us for where they believe no token. */
const ANONYMOUS = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

/** An account as accounts are found: with the descriptor that access control lists name it by. */
type Found = NonNullable<Identities["value"][number]>;

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

  return {
    async self(signal) {
      self ??= await ask(signal);
      return self;
    },

    async permission(repo, actor, signal) {
      // A delivery that names nobody, such as that of an update of a fork's pull request.
      if (actor.id === "" && actor.login === "") return "unknown";
      try {
        const account = await find(people, actor, signal);
        if (account === undefined || account.isActive === false) return "none";
        return await permissionIn(line, repo, account.descriptor, signal);
      } catch (error) {
        if (isGone(error)) return "none";
        if (isRefusal(error)) return "unknown";
        throw error;
      }
    },
  } satisfies Partial<Forge>;
}

/** The account of an id, else the one account that has the unique name now; undefined where there is none. */
async function find(people: Line, { id, login }: Actor, signal?: AbortSignal): Promise<Found | undefined> {
  const query: Record<string, string> =
    id === "" ? { searchFilter: "AccountName", filterValue: login } : { identityIds: id };
  const { value } = await people.ask({ path: "/_apis/identities", query, reply: Identities, signal });
  const fits = value
    .filter((one) => one !== null)
    .filter((one) => (id === "" ? isCalled(one, login) : one.id.toLowerCase() === id));
  return fits.length === 1 ? fits[0] : undefined;
}

/** Whether an account has a unique name: `name@example.com`, or `DOMAIN\name` on a server. */
function isCalled({ properties }: Found, login: string): boolean {
  const account = properties?.Account?.$value ?? "";
  const domain = properties?.Domain?.$value ?? "";
  return [account, `${domain}\\${account}`].some((name) => name.toLowerCase() === login.toLowerCase());
}
