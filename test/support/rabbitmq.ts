import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { promisify } from "node:util";

import type { Channel } from "rabbitmq-client";
import { Connection } from "rabbitmq-client";

import { readBrokerAddress } from "../../src/core/broker-address.ts";
import { STAGES } from "../../src/core/job.ts";
import { missingOf } from "./programs.ts";

const SERVER = process.env.FORGEHAND_TEST_RABBITMQ ?? "amqp://guest:guest@127.0.0.1:5672";
const run = promisify(execFile);

/** A vhost of the real RabbitMQ; gone when its scope ends. */
export interface Rabbit extends AsyncDisposable {
  readonly vhost: string;
  readonly host: string;
  readonly port: number;
  /** The address of the vhost: as the user of the tests, on the server's own port, unless told otherwise. */
  url(change?: { user?: string; port?: number }): string;
  /** Do something as somebody else who uses the vhost. */
  with<Result>(work: (channel: Channel) => Promise<Result>): Promise<Result>;
  /** Empty the queues of all stages. */
  clear(): Promise<void>;
  /** What `rabbitmqctl` prints. */
  ctl(...args: readonly string[]): Promise<string>;
}

/** What tests with RabbitMQ lack here: nothing when it answers and vhosts can be made. */
export async function missingForRabbit(): Promise<string[]> {
  const programs = missingOf(["rabbitmqctl"]);
  return (await answers()) ? programs : [...programs, `RabbitMQ at ${place().hostname}:${place().port}`];
}

/** Make one. Needs `rabbitmqctl` of the server that FORGEHAND_TEST_RABBITMQ names, or of this machine. */
export async function freshRabbit(): Promise<Rabbit> {
  const { username, password } = address();
  const { hostname: host, port } = place();
  const vhost = `forgehand-test-${randomUUID()}`;
  await ctl("add_vhost", vhost);
  await ctl("set_permissions", "-p", vhost, username, ".*", ".*", ".*");
  const url: Rabbit["url"] = ({ user = `${username}:${password}`, port: other = port } = {}) =>
    `amqp://${user}@${host}:${other}/${vhost}`;
  const connection = new Connection(url());
  connection.on("error", () => undefined);

  const withChannel: Rabbit["with"] = async (work) => {
    const channel = await connection.acquire({ emitErrorsFromChannel: true });
    channel.on("error", () => undefined);
    try {
      return await work(channel);
    } finally {
      await channel.close();
    }
  };
  return {
    vhost,
    host,
    port,
    url,
    ctl,
    with: withChannel,
    async clear() {
      // A queue that is not there is empty; the broker closes the channel over it.
      for (const stage of STAGES)
        await withChannel((channel) => channel.queuePurge(`forgehand.${stage}`)).catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      await connection.close();
      await ctl("delete_vhost", vhost);
    },
  };
}

async function ctl(...args: readonly string[]): Promise<string> {
  return (await run("rabbitmqctl", ["--quiet", ...args])).stdout;
}

function address() {
  const read = readBrokerAddress(SERVER);
  if (read === undefined) throw new Error("FORGEHAND_TEST_RABBITMQ is no address of RabbitMQ");
  return read;
}

function place() {
  const [host] = address().hosts;
  if (host === undefined) throw new Error("FORGEHAND_TEST_RABBITMQ names no host");
  return host;
}

async function answers(): Promise<boolean> {
  const { hostname: host, port } = place();
  const socket = connect({ host, port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
