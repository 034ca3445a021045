import type { DatabaseIntrospector, Kysely, TableMetadata } from "kysely";
import { PostgresAdapter, PostgresDialect, PostgresIntrospector, sql } from "kysely";

/** Kysely's dialect of PostgreSQL, for a migrator that shares its database with others. */
export class SharedPostgresDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new UnlockedAdapter();
  }

  override createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new OwnSchemaIntrospector(db);
  }
}

/** Whoever migrates holds a lock of its own, which also covers the making of the migrator's tables. */
class UnlockedAdapter extends PostgresAdapter {
  override acquireMigrationLock(): Promise<void> {
    return Promise.resolve();
  }

  override releaseMigrationLock(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Tells the names of the tables in our own schema, which is all that the migrator asks for. The stock one looks at every
 * column of every schema, and fails when somebody else removes one meanwhile.
 */
class OwnSchemaIntrospector extends PostgresIntrospector {
  readonly #db: Kysely<unknown>;

  constructor(db: Kysely<unknown>) {
    super(db);
    this.#db = db;
  }

  override async getTables(): Promise<TableMetadata[]> {
    const { rows } = await sql<{ name: string; schema: string }>`
      select tablename as name, schemaname as schema from pg_tables where schemaname = current_schema()`.execute(
      this.#db,
    );
    return rows.map((row) => ({ ...row, isView: false, isForeign: false, columns: [] }));
  }
}
