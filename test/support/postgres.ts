import { randomBytes } from "node:crypto";

import { Client } from "pg";

/** A server that tests may make databases on; they are gone afterwards. */
const SERVER = process.env.FORGEHAND_TEST_POSTGRES ?? "postgres://postgres@127.0.0.1:5432/postgres";

/** Ask the server something over a connection of its own. */
async function ask(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** For `describeWith`: names the server where it does not answer. */
export const missingPostgres: readonly string[] = await ask(SERVER, "select 1").then(
  () => [],
  () => [`PostgreSQL at ${new URL(SERVER).host} (FORGEHAND_TEST_POSTGRES names another)`],
);

/** An empty place for tables on the server. */
export interface FreshPostgres extends AsyncDisposable {
  /** Its address; what connects with it works in this place only. */
  readonly url: string;
  /** Ask it something beside whatever is tested. */
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Forget what is in its tables, which stay: much sooner done than to make them again. */
  empty(): Promise<void>;
  /** End all connections to this place from the server's side; how many there were. */
  cut(): Promise<number>;
}

/** Make one, gone with all that is in it when its scope ends: `await using database = await freshPostgres()`. */
export async function freshPostgres(): Promise<FreshPostgres> {
  const name = `forgehand_test_${randomBytes(6).toString("hex")}`;
  // A schema: a database of its own takes half a second to be made and dropped.
  await ask(SERVER, `create schema ${name}`);
  const address = new URL(SERVER);
  address.searchParams.set("options", `-c search_path=${name}`);
  const beside = address.href;
  address.searchParams.set("application_name", name);
  const cut = async () => {
    const ended = await ask(
      SERVER,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
      [name],
    );
    return ended.length;
  };
  return {
    url: address.href,
    query: (text, values) => ask(beside, text, values),
    cut,
    async empty() {
      await ask(
        beside,
        `do $$ declare one text; begin
          for one in select tablename from pg_tables where schemaname = current_schema() and tablename not like 'kysely%'
            order by tablename in ('runs', 'deliveries')
          loop execute format('delete from %I', one); end loop;
          for one in select sequencename from pg_sequences where schemaname = current_schema()
          loop execute format('alter sequence %I restart', one); end loop; end $$`,
      );
    },
    async [Symbol.asyncDispose]() {
      await cut();
      await ask(SERVER, `drop schema ${name} cascade`);
    },
  };
}
