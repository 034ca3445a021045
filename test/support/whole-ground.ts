import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { silent } from "../../src/core/log.ts";
import type { Store } from "../../src/core/store.ts";
import { openPostgres } from "../../src/record/postgres.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { freshPostgres } from "./postgres.ts";
import { freshRabbit } from "./rabbitmq.ts";

/** What processes share: a file of SQLite in their data folder, or servers, so that each has a data folder of its own. */
export type GroundName = "sqlite" | "postgres" | "postgres and rabbitmq";

export interface WholeGround extends AsyncDisposable {
  /** As in the config file. */
  readonly settings: { readonly database?: string; readonly queue?: string };
  /** Whether each process has a data folder of its own, as on machines of their own. */
  readonly apart: boolean;
  /** Open the store beside the processes. */
  open(): Promise<Store>;
  /** Change rows beside the processes. */
  change(...statements: readonly string[]): Promise<void>;
  /** Whether nobody is in the middle of a write that keeps others from writing. */
  isFree(): boolean;
}

export async function layGround(name: GroundName, dataDir: string): Promise<WholeGround> {
  if (name === "sqlite") return inFile(join(dataDir, "forgehand.db"));
  const postgres = await freshPostgres();
  const rabbit = name === "postgres" ? undefined : await freshRabbit();
  return {
    settings: { database: postgres.url, ...(rabbit !== undefined && { queue: rabbit.url() }) },
    apart: true,
    open: () => openPostgres({ url: postgres.url, log: silent }),
    change: async (...statements) => {
      for (const statement of statements) await postgres.query(statement);
    },
    isFree: () => true,
    async [Symbol.asyncDispose]() {
      await rabbit?.[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
    },
  };
}

function inFile(path: string): WholeGround {
  return {
    settings: {},
    apart: false,
    open: () => openSqlite({ path, log: silent }),
    change(...statements) {
      const connection = new DatabaseSync(path, { timeout: 5_000 });
      for (const statement of statements) connection.exec(statement);
      connection.close();
      return Promise.resolve();
    },
    isFree() {
      const connection = new DatabaseSync(path, { timeout: 0 });
      try {
        connection.exec("begin immediate");
        connection.exec("rollback");
        return true;
      } catch {
        return false;
      } finally {
        connection.close();
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
