import type { Actor } from "../../core/event.ts";
import type { Line } from "./line.ts";
import { Identities } from "./replies.ts";

/** An account as accounts are found: with the descriptor that access control lists name it by. */
type Found = NonNullable<Identities["value"][number]>;

/** The account of an id, else the one account that has the unique name now; undefined where there is none. */
export async function findAccount(
  people: Line,
  { id, login }: Actor,
  signal?: AbortSignal,
): Promise<Found | undefined> {
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
