import { randomBytes } from "node:crypto";

import { sqlitePath } from "../config/database.ts";
import type { Config } from "../config/schema.ts";
import type { Store } from "../core/store.ts";
import { signInToken } from "../dashboard/auth.ts";

/**
 * The token that opens the dashboard: the owner's own, else one that is made at the first start. With a database that
 * several machines share it is kept there, so that each of them opens by the same; else in the data folder.
 */
export async function signInTokenOf(
  config: Pick<Config, "server" | "database" | "dataDir">,
  store: Pick<Store, "secret">,
): Promise<string> {
  const { server, dataDir } = config;
  if (server.signInToken !== undefined) return server.signInToken;
  if (sqlitePath(config) !== undefined) return signInToken(dataDir);
  return store.secret("sign-in-token", () => randomBytes(32).toString("base64url"));
}
