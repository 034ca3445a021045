import type { Config } from "../config/schema.ts";
import type { Log } from "../core/log.ts";
import type { Queue } from "../core/queue.ts";
import { embeddedQueue } from "../queue/embedded.ts";

/** Open the queue that a config names. A broker's client is loaded only where one is named. */
export async function openQueue({ queue: url }: Pick<Config, "queue">, log: Log): Promise<Queue> {
  if (url === "embedded") return embeddedQueue();
  const { rabbitmqQueue } = await import("../queue/rabbitmq.ts");
  return rabbitmqQueue({ url, log });
}
