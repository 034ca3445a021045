import { setTimeout as sleep } from "node:timers/promises";

import { Connection } from "rabbitmq-client";

import { readBrokerAddress } from "../core/broker-address.ts";
import { STAGES } from "../core/job.ts";
import type { Stage } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Queue } from "../core/queue.ts";
import type { Line } from "./rabbitmq/line.ts";
import { createLine } from "./rabbitmq/line.ts";
import { createPauses } from "./rabbitmq/pauses.ts";
import { tellOfConnection } from "./rabbitmq/tell.ts";

/** Seconds: a broker that is gone without a word is noticed after two of them. */
const HEARTBEAT = 20;

/** Milliseconds that closing may take; a broker that does not answer is left alone then. */
const CLOSING_MS = 2_000;

/**
 * The Queue over RabbitMQ, 3.10 or later: one quorum queue for each stage, named `forgehand.` and the stage. It connects
 * when it is first used, and again by itself for as long as it is open; without the broker hints reach this process
 * only. Throws a TypeError when `url` is no address that `readBrokerAddress` reads, and nothing later.
 */
export function rabbitmqQueue({ url, log }: { url: string; log: Log }): Queue {
  const address = readBrokerAddress(url);
  if (address === undefined) throw new TypeError("not an address of RabbitMQ");
  const lines = Object.fromEntries(STAGES.map((stage) => [stage, createLine(stage, log)])) as Record<
    Stage,
    Line
  >;
  const { hosts, vhost } = address;
  const names = hosts.map(({ hostname, port }) => `${hostname}:${port}`).join(",");
  const tell = tellOfConnection({ hosts: names, vhost }, log);
  const pauses = createPauses();
  let tries = 0;
  let connection: Connection | undefined;
  let again: NodeJS.Timeout | undefined;
  let begun = false;
  let closed = false;

  /**
   * A connection that fails is thrown away, although the client would mend it: it tells of the first failure only, and a
   * password that became wrong while the broker was away would never be told.
   */
  const connect = (): void => {
    const host = hosts[tries % hosts.length];
    tries += 1;
    const made = new Connection({
      ...address,
      hosts: undefined,
      ...host,
      heartbeat: address.heartbeat ?? HEARTBEAT,
      connectionName: "forgehand",
    });
    connection = made;
    made.on("connection", () => {
      pauses.begun();
      tell.works();
      for (const line of Object.values(lines)) line.connected(made);
    });
    made.on("error", (error) => {
      if (made !== connection) return;
      connection = undefined;
      for (const line of Object.values(lines)) line.lost();
      made.unsafeDestroy();
      if (closed) return;
      tell.trouble(error);
      again = setTimeout(connect, pauses.next());
    });
    made.on("connection.blocked", (reason) =>
      log.warn({ reason }, "RabbitMQ is short of memory or disk and takes no hints; they wait"),
    );
    made.on("connection.unblocked", () => {
      log.info({}, "RabbitMQ takes hints again");
      for (const line of Object.values(lines)) line.unblocked();
    });
  };

  const begin = (): void => {
    if (begun || closed) return;
    begun = true;
    connect();
  };

  return {
    wake(stage, subject) {
      begin();
      lines[stage].add(subject);
    },
    next(stage, { within, signal }) {
      begin();
      return lines[stage].next(within, signal);
    },
    stir(stage) {
      for (const one of stage === undefined ? STAGES : [stage]) lines[one].stir();
    },
    async close() {
      closed = true;
      clearTimeout(again);
      const last = connection;
      const shut = Promise.all(Object.values(lines).map((line) => line.close())).then(() => last?.close());
      const patience = new AbortController();
      await Promise.race([
        shut,
        sleep(CLOSING_MS, undefined, { signal: patience.signal }).catch(() => undefined),
      ]);
      patience.abort();
      last?.unsafeDestroy();
    },
  };
}
