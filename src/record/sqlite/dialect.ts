import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

import type { DatabaseConnection, SqliteDatabase, SqliteStatement } from "kysely";
import { CompiledQuery, SqliteAdapter, SqliteDialect, SqliteDriver } from "kysely";

import type { Mutex } from "./mutex.ts";

/** How many prepared statements are kept for their next use; the Store has fewer than a hundred texts. */
const STATEMENTS = 200;

/**
 * Kysely's SQLite dialect over one connection of node:sqlite. Transactions begin IMMEDIATE: a deferred one that reads
 * and then writes fails at once when another process wrote in between. The mutex keeps whoever uses the connection
 * beside Kysely out of its transactions.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync;
  readonly #mutex: Mutex;

  constructor(database: DatabaseSync, mutex: Mutex) {
    super({ database: shimOf(database) });
    this.#database = database;
    this.#mutex = mutex;
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#database, this.#mutex);
  }
}

/** SQLite does create tables in transactions; the stock adapter says no and would migrate without one. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync;
  readonly #mutex: Mutex;

  constructor(database: DatabaseSync, mutex: Mutex) {
    super({ database: shimOf(database) });
    this.#database = database;
    this.#mutex = mutex;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    await this.#mutex.acquire();
    return super.acquireConnection();
  }

  override releaseConnection(): Promise<void> {
    this.#mutex.release();
    return Promise.resolve();
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  /** A full disk has rolled back by itself, and to say it again would hide what happened behind another error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection);
  }
}

/** What Kysely asks of a database. Statements are prepared once for each text. */
function shimOf(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(text) {
      const known = prepared.get(text);
      if (known !== undefined) return known;
      const [oldest] = prepared.keys();
      if (oldest !== undefined && prepared.size >= STATEMENTS) prepared.delete(oldest);
      const statement = shimOfStatement(database.prepare(text));
      prepared.set(text, statement);
      return statement;
    },
    close: () => database.close(),
  };
}

function shimOfStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}
