import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type { PoolClient, QueryResult } from "pg";
import { Pool, TypeOverrides } from "pg";

import { messageOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { isOutdatedPlan, isPostgresCut, NotBegun } from "./errors.ts";
import { PATIENCE_MS } from "../retry.ts";

/** How long a connection may take to be made, or to become free, in milliseconds. */
const CONNECT_MS = 5_000;
/** A statement that takes longer is ended by the server; one that was heard of no more a little later is given up. */
const STATEMENT_MS = 60_000;
const SILENCE_MS = STATEMENT_MS + 5_000;
/** Connections that nobody uses are closed after this time. */
const IDLE_MS = 60_000;

/** The number of PostgreSQL's type of 64-bit integers (pg_type.dat). */
const INT8 = 20;

export interface PoolSettings {
  readonly url: string;
  readonly connections: number;
  readonly log: Log;
  /** Milliseconds that a statement waits for a row or another lock that somebody else holds. */
  readonly lockTimeout?: number;
}

/**
 * Connections for Kysely. They are made when they are needed, and anew after the server was away. Integers of 64 bits
 * come as numbers, and text goes in without NUL characters, which PostgreSQL cannot keep.
 */
export function createPool({ url, connections, log, lockTimeout = PATIENCE_MS }: PoolSettings): PostgresPool {
  const nameOf = createNames();
  const types = new TypeOverrides();
  types.setTypeParser(INT8, Number);
  const pool = new Pool({
    application_name: "forgehand",
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    idleTimeoutMillis: IDLE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    lock_timeout: lockTimeout,
    max: connections,
    query_timeout: SILENCE_MS,
    statement_timeout: STATEMENT_MS,
    types,
  });
  // Whoever uses a connection that ends hears of it by the statement that fails; without these it would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", (error) => {
    log.debug({ reason: messageOf(error) }, "an idle connection to the database ended");
  });
  return {
    options: {},
    connect: async () => {
      try {
        return new Connection(await pool.connect(), nameOf);
      } catch (error) {
        throw new NotBegun(error);
      }
    },
    end: () => pool.end(),
  };
}

/** Gives each statement a name, as long as there are not too many. */
type NameOf = (text: string) => string | undefined;

/**
 * Statements that each connection prepares: all that the store asks again and again, with some in several lengths. What
 * comes after them is planned each time.
 */
const PREPARED = 300;

/** Names for the statements of a pool, in the order in which they are first seen. */
function createNames(): NameOf {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined || names.size >= PREPARED) return known;
    const name = `forgehand_${names.size}`;
    names.set(text, name);
    return name;
  };
}

/** A connection while it is taken from the pool. */
class Connection implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #nameOf: NameOf;
  #broken = false;

  constructor(client: PoolClient, nameOf: NameOf) {
    this.#client = client;
    this.#nameOf = nameOf;
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query(text: unknown, values: readonly unknown[] = []): unknown {
    if (typeof text !== "string") throw new Error("The store streams nothing.");
    return this.#ask(text, values);
  }

  async #ask(text: string, values: readonly unknown[]): Promise<QueryResult> {
    try {
      // Only what has values is asked often. Named, it is parsed and planned once for each connection.
      const name = values.length === 0 ? undefined : this.#nameOf(text);
      return await this.#client.query({ text, values: values.map(withoutNul), ...(name && { name }) });
    } catch (error) {
      // One that did not answer may do so later, and then to somebody else's question.
      this.#broken ||= isPostgresCut(error) || isOutdatedPlan(error);
      throw text === "begin" ? new NotBegun(error) : error;
    }
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#broken);
  }
}

/** A value as it is kept: the sign for what cannot be shown takes the place of NUL, so that the length stays. */
export const withoutNul = <T>(value: T): T | string =>
  typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\u{FFFD}") : value;
