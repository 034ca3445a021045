import { silent } from "../src/core/log.ts";
import type { Store } from "../src/core/store.ts";
import { openStore } from "../src/wiring/store.ts";

/** As many as a config has where it says nothing. */
export const DATABASE_CONNECTIONS = 10;

/** Open the store of a database beside whoever works there. Closed by whoever opened it. */
export const openAt = (database: string): Promise<Store> =>
  openStore({ database, databaseConnections: DATABASE_CONNECTIONS }, silent);
