import { ForgehandError } from "../../core/errors.ts";

/** The address of a database. Throws STORE_UNAVAILABLE where it cannot be read; the message has nothing of it. */
export function parseAddress(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new ForgehandError(
      "STORE_UNAVAILABLE",
      "The address of the database cannot be read. It looks like postgres://user:password@host:5432/database, where " +
        "characters such as / and @ in the password are written as %2F and %40.",
    );
  }
}

/** The database and its server, without the user and the password. */
export function nameOf({ host, pathname, searchParams }: URL): string {
  const database = decodeURIComponent(pathname.slice(1)) || "of its user";
  return `${database} on ${host || (searchParams.get("host") ?? "this machine")}`;
}
