import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { silent } from "../src/core/log.ts";
import { openSqlite } from "../src/record/sqlite.ts";
import type { Ground } from "./ground.ts";

const HELD = "select count(*) as held from jobs where lease_token is not null";

/** Two servers and a worker over one data folder. There is nothing else that could be struck. */
export function sqliteGround(folder: string): Ground {
  const path = join(folder, "data", "forgehand.db");
  const inDatabase = <Result>(work: (connection: DatabaseSync) => Result): Promise<Result> => {
    const connection = new DatabaseSync(path, { timeout: 5_000 });
    try {
      return Promise.resolve(work(connection));
    } finally {
      connection.close();
    }
  };
  return {
    roles: ["serve", "serve", "worker"],
    apart: false,
    targets: [],
    ready: () => Promise.resolve(),
    open: () => openSqlite({ path, log: silent, readOnly: true }),
    execute: (statement) => inDatabase((connection) => connection.exec(statement)),
    held: () => inDatabase((connection) => Number(connection.prepare(HELD).get()?.held)),
    end: () => Promise.resolve(),
  };
}
