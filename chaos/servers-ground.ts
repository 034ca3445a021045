import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { silent } from "../src/core/log.ts";
import { openPostgres } from "../src/record/postgres.ts";
import { openGuard } from "../src/run/guard.ts";
import type { Ground } from "./ground.ts";
import type { Target } from "./killer.ts";
import type { Random } from "./random.ts";
import { randomFrom } from "./random.ts";
import type { Postgres } from "./servers/postgres.ts";
import { startPostgres } from "./servers/postgres.ts";
import { programs } from "./servers/programs.ts";
import { startRabbit } from "./servers/rabbitmq.ts";
import type { Server } from "./servers/server.ts";

/** Milliseconds that a server is down at most, beside what its start takes. */
const DOWN_MS = 2_000;
const HELD = "select count(*) as held from jobs where lease_token is not null";

/**
 * Two web processes and two workers, each with a data folder of its own as on a machine of its own, over a cluster of
 * PostgreSQL and a node of RabbitMQ that are nobody else's. Both can be taken down, and their connections cut.
 */
export async function serversGround(_folder: string, seed: number): Promise<Ground> {
  const found = programs();
  await using building = new AsyncDisposableStack();
  // Not in the folder of the round: PostgreSQL works as another account, which may not look into that.
  const folder = await mkdtemp(join(tmpdir(), "forgehand-chaos-servers-"));
  building.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  await chmod(folder, 0o711);
  const guard = openGuard({ log: silent });
  building.defer(() => guard.close());
  const starting = [
    startPostgres(join(folder, "postgres"), found, guard),
    startRabbit(join(folder, "rabbitmq"), found, guard),
  ] as const;
  for (const server of starting) building.defer(() => server.then((one) => one.end()).catch(() => undefined));
  const [postgres, rabbit] = await Promise.all(starting);
  const built = building.move();

  const random = randomFrom(seed);
  const struck = [mortal("postgres", postgres, random), mortal("rabbitmq", rabbit, random)];
  return {
    database: postgres.url,
    queue: rabbit.url,
    roles: ["web", "web", "worker", "worker"],
    apart: true,
    targets: struck.flatMap(({ targets }) => targets),
    async ready() {
      await Promise.all(struck.map(({ ready }) => ready()));
    },
    open: () => openPostgres({ url: postgres.url, log: silent, readOnly: true }),
    async execute(statement) {
      await postgres.query(statement);
    },
    held: () => heldIn(postgres),
    end: () => built.disposeAsync(),
  };
}

async function heldIn(postgres: Postgres): Promise<number> {
  const [row] = await postgres.query(HELD);
  return Number(row?.held);
}

/** A server that can be struck: taken down and back again after a while, or cut off from everybody for a moment. */
function mortal(
  name: string,
  server: Server,
  random: Random,
): { targets: readonly Target[]; ready: () => Promise<void> } {
  let up: Promise<void> = Promise.resolve();
  const comeBack = async (): Promise<void> => {
    await wait(random.below(DOWN_MS));
    await server.start();
  };
  const stopped = {
    what: `${name} stopped`,
    weight: 1,
    async strike() {
      await up;
      await server.kill();
      up = comeBack();
      // Whoever waits for it hears of it.
      up.catch(() => undefined);
    },
  };
  const cut = {
    what: `${name} connections`,
    weight: 1,
    async strike() {
      await up;
      await server.cut();
    },
  };
  return { targets: [stopped, cut], ready: () => up };
}
