import type { Config } from "../config/schema.ts";
import { ForgehandError } from "../core/errors.ts";

/** The file of the store that a config names. */
export function sqlitePath({ database }: Pick<Config, "database">): string {
  if (database.startsWith("sqlite:")) return database.replace(/^sqlite:/, "");
  throw new ForgehandError(
    "STORE_UNAVAILABLE",
    "PostgreSQL is not built in yet, so the store cannot be opened. Write sqlite: and the path of a file as database, and take DATABASE_URL out of the environment.",
  );
}
