import { sqlitePath } from "../config/database.ts";
import type { Config } from "../config/schema.ts";
import type { Log } from "../core/log.ts";
import type { Queue } from "../core/queue.ts";
import { embeddedQueue } from "../queue/embedded.ts";

/**
 * Open the queue that a config names. Where none is named, processes that share a PostgreSQL wake one another by it. A
 * client is loaded only where it is needed.
 */
export async function openQueue(config: Pick<Config, "queue" | "database">, log: Log): Promise<Queue> {
  const { queue: url, database } = config;
  if (url !== "embedded") {
    const { rabbitmqQueue } = await import("../queue/rabbitmq.ts");
    return rabbitmqQueue({ url, log });
  }
  if (sqlitePath(config) !== undefined) return embeddedQueue();
  const { postgresQueue } = await import("../queue/postgres.ts");
  return postgresQueue({ url: database, log });
}
