import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import type { Process } from "../demo/forgehand.ts";
import { startForgehand, startForgehandWorker } from "../demo/forgehand.ts";
import type { Process as Seen } from "../test/support/processes.ts";
import { processesBelow } from "../test/support/processes.ts";
import { freePort } from "../test/support/free-port.ts";

/** What a process of Forgehand is for: it receives, works, or does both. */
export type Role = "web" | "worker" | "serve";

/** Milliseconds until one that could not start is started again, as a supervisor does. */
const AGAIN_MS = 500;

/** One place for a process of Forgehand: started again whenever it is gone, until it is told to end. */
export interface Member {
  readonly role: Role;
  readonly name: string;
  /** Where it takes deliveries; absent for a worker. */
  readonly port?: number;
  readonly dataDir: string;
  /** Resolves when it is up. */
  ready(): Promise<void>;
  /** Kill it with SIGKILL: itself alone, nothing that it started. It comes back by itself. */
  kill(): Promise<void>;
  /** Ask it to stop, and wait for that. It does not come back. */
  end(): Promise<void>;
}

/** All processes of Forgehand of a round. */
export interface Fleet {
  readonly members: readonly Member[];
  /** All that killed ones had started, for whoever wants to see that nothing of it lives. */
  readonly started: readonly Seen[];
  end(): Promise<void>;
}

export interface FleetOptions {
  readonly roles: readonly Role[];
  /** The folder that everything is in; logs go to `logs` in it. */
  readonly folder: string;
  readonly config: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether each has a data folder of its own, as on a machine of its own. */
  readonly apart: boolean;
}

/** Start one process for each role. Resolves when all are up. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { folder, roles, apart } = options;
  await mkdir(join(folder, "logs"), { recursive: true });
  const started: Seen[] = [];
  const members = await Promise.all(
    roles.map(async (role, at) => {
      const name = `${role}-${at + 1}`;
      const dataDir = join(folder, apart ? `data-${name}` : "data");
      const port = role === "worker" ? undefined : await freePort();
      return member({ ...options, role, name, dataDir, port, started });
    }),
  );
  const end = async () => {
    await Promise.all(members.map((one) => one.end()));
  };
  await Promise.all(members.map((one) => one.ready())).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return { members, started, end };
}

interface MemberOptions extends FleetOptions {
  readonly role: Role;
  readonly name: string;
  readonly dataDir: string;
  readonly port: number | undefined;
  readonly started: Seen[];
}

function member(options: MemberOptions): Member {
  const { role, name, port, dataDir, folder, started } = options;
  let lives = 0;
  let ended = false;
  const rise = async (): Promise<Process | undefined> => {
    for (let tries = 1; !ended; tries++) {
      try {
        return await startOne(options);
      } catch (error) {
        await writeFile(join(folder, "logs", `${name}.${lives}.failed-${tries}`), String(error));
        // At first there is nothing that could pass.
        if (lives === 0) throw error;
        await wait(AGAIN_MS);
      }
    }
    return undefined;
  };
  const bury = async (one: Process | undefined): Promise<void> => {
    await writeFile(join(folder, "logs", `${name}.${++lives}.log`), one?.log.join("\n") ?? "");
  };
  let current = rise();
  current.catch(() => undefined);
  return {
    role,
    name,
    dataDir,
    ...(port !== undefined && { port }),
    async ready() {
      await current;
    },
    async kill() {
      const one = await current;
      if (one === undefined) return;
      started.push(...(await processesBelow(one.pid)));
      await one.stop("SIGKILL");
      await bury(one);
      current = rise();
      current.catch(() => undefined);
    },
    async end() {
      ended = true;
      const one = await current.catch(() => undefined);
      current = Promise.resolve(undefined);
      if (one === undefined) return;
      await one.stop();
      await bury(one);
    },
  };
}

function startOne({ role, config, folder, environment, dataDir, port }: MemberOptions): Promise<Process> {
  const options = [
    ...["--data", dataDir],
    ...(port === undefined ? [] : ["--port", String(port)]),
    ...(role === "web" ? ["--no-worker"] : []),
  ];
  const start = role === "worker" ? startForgehandWorker : startForgehand;
  return start({ config, cwd: folder, environment: { LOG_LEVEL: "info", ...environment }, options });
}
