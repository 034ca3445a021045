import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Guard } from "../../src/run/guard.ts";
import { freePort } from "../../test/support/free-port.ts";
import type { Child } from "./child.ts";
import { listens, startChild } from "./child.ts";
import type { Programs } from "./programs.ts";
import type { Server } from "./server.ts";

const run = promisify(execFile);

/**
 * Start a node of RabbitMQ that knows of no other: its ports, its port mapper (`epmd`), its cookie and all of its files are
 * its own, and no plug-in is enabled.
 */
export async function startRabbit(folder: string, programs: Programs, guard: Guard): Promise<Server> {
  await mkdir(folder, { recursive: true });
  const path = (name: string) => join(folder, name);
  await writeFile(path("plugins"), "[].\n");
  await writeFile(path("rabbitmq.conf"), "");
  await writeFile(path("env.conf"), "");
  const [port, distribution, mapper, tool] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const environment = {
    HOME: folder,
    LC_ALL: "C",
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    ERL_FLAGS: "-kernel inet_dist_use_interface {127,0,0,1}",
    RABBITMQ_NODENAME: `chaos-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_CTL_DIST_PORT_MIN: String(tool),
    RABBITMQ_CTL_DIST_PORT_MAX: String(tool),
    RABBITMQ_CONF_ENV_FILE: path("env.conf"),
    RABBITMQ_CONFIG_FILE: path("rabbitmq.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: path("advanced.config"),
    RABBITMQ_GENERATED_CONFIG_DIR: path("generated"),
    RABBITMQ_ENABLED_PLUGINS_FILE: path("plugins"),
    RABBITMQ_MNESIA_BASE: path("mnesia"),
    RABBITMQ_LOG_BASE: path("log"),
    RABBITMQ_PID_FILE: path("pid"),
  };
  const log = path("output");
  const common = { environment, cwd: folder, log, guard };
  const mapping = await startChild({ argv: [programs.epmd, "-port", String(mapper)], ...common });
  let node: Child | undefined;
  const server: Server = {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    kill: async () => node?.end("SIGKILL", "group"),
    async start() {
      if (node?.gone === false) return;
      node = await startChild({ argv: [programs["rabbitmq-server"]], ...common });
      await listens(port, node, log);
    },
    async cut() {
      const env = { PATH: process.env.PATH, ...environment };
      await run(programs.rabbitmqctl, ["--quiet", "close_all_connections", "chaos"], { cwd: folder, env });
    },
    async end() {
      await node?.end("SIGKILL", "group");
      await mapping.end("SIGKILL", "group");
    },
  };
  await server.start().catch(async (error: unknown) => {
    await server.end();
    throw error;
  });
  return server;
}
