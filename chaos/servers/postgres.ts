import { execFile } from "node:child_process";
import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

import { Client } from "pg";

import type { Guard } from "../../src/run/guard.ts";
import { freePort } from "../../test/support/free-port.ts";
import type { Child } from "./child.ts";
import { startChild } from "./child.ts";
import type { Programs } from "./programs.ts";
import type { Server } from "./server.ts";

const run = promisify(execFile);
const LOOK_AGAIN_MS = 100;
/** Milliseconds until it has to take questions: after a crash it reads its log first. */
const START_DEADLINE_MS = 90_000;

/** A cluster of PostgreSQL that can be taken down. */
export interface Postgres extends Server {
  query(text: string): Promise<Record<string, unknown>[]>;
}

/**
 * Make a cluster and start it, as the account `postgres` where we are root, which PostgreSQL refuses to be. It confirms
 * writes as in earnest (`fsync` stays on), and takes connections of this machine only.
 */
export async function startPostgres(folder: string, programs: Programs, guard: Guard): Promise<Postgres> {
  const account = await accountOf();
  await mkdir(folder, { recursive: true });
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  const data = join(folder, "data");
  const as =
    account === undefined
      ? []
      : ["setpriv", `--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"];
  const making = [programs.initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"];
  const [file = "", ...args] = [...as, ...making];
  await run(file, args, { cwd: folder, env: { PATH: process.env.PATH } });
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const settings = { port, listen_addresses: "127.0.0.1", unix_socket_directories: "" };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = join(folder, "log");
  let child: Child | undefined;

  const query = async (text: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    // It is taken down while somebody asks: the question throws then, and that is enough.
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const answers = (): Promise<boolean> => query("select 1").then(Boolean, () => false);

  const server: Postgres = {
    url,
    query,
    // What `pg_ctl -m immediate stop` does: all of its processes end at once, and the next start reads the log.
    kill: async () => child?.end("SIGQUIT"),
    async start() {
      if (child?.gone === false) return;
      const argv = [...as, programs.postgres, "-D", data, ...options];
      child = await startChild({ argv, environment: { LC_ALL: "C" }, cwd: folder, log, guard });
      const end = Date.now() + START_DEADLINE_MS;
      while (!(await answers())) {
        if (child.gone || Date.now() > end) throw new Error(`PostgreSQL does not answer: see ${log}`);
        await wait(LOOK_AGAIN_MS);
      }
    },
    async cut() {
      await query(
        "select pg_terminate_backend(pid) from pg_stat_activity " +
          "where backend_type = 'client backend' and pid <> pg_backend_pid()",
      );
    },
    end: async () => child?.end("SIGINT"),
  };
  await server.start();
  return server;
}

/** The account that PostgreSQL is run as; undefined where that is our own. */
async function accountOf(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (which) => Number((await run("id", [which, "postgres"])).stdout)),
  );
  if (uid === undefined || gid === undefined) throw new Error("there is no account postgres");
  return { uid, gid };
}
