import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import { bareEnvironment, COMMAND } from "../../demo/forgehand.ts";
import { commit } from "../../demo/repository.ts";
import type { World } from "../../demo/world.ts";
import { DEFAULT_BRANCH } from "../../demo/world.ts";
import { WORLDS } from "../../demo/worlds.ts";
import { silent } from "../../src/core/log.ts";
import type { Store } from "../../src/core/store.ts";
import { openPostgres } from "../../src/record/postgres.ts";
import { deployFile, readCompose, variablesIn } from "./compose.ts";
import type { Service } from "./compose.ts";
import { freePort } from "./free-port.ts";
import { startNginx } from "./nginx.ts";
import { freshPostgres } from "./postgres.ts";
import { freshRabbit } from "./rabbitmq.ts";
import { startService } from "./service-process.ts";
import type { ServiceProcess } from "./service-process.ts";
import { temporaryFolder } from "./temporary.ts";
import { FILES } from "./whole.ts";

/** A process of a service, and the port that it has in its container. */
interface Replica extends ServiceProcess {
  readonly url: string;
}

/**
 * What `deploy/compose.yaml` makes, without containers: its processes by their own commands and variables, and its proxy
 * by its own file, over services of this machine. What containers have each for themselves is replaced: ports, folders and
 * the names of machines.
 */
export interface ComposeScene extends AsyncDisposable {
  readonly world: World;
  readonly web: readonly Replica[];
  readonly workers: readonly Replica[];
  /** The address of the proxy. */
  readonly url: string;
  readonly store: Store;
  /** A folder that commands may write into. */
  readonly folder: string;
}

/** Start it. `automations` are added to those of the config file. */
export async function startCompose(automations: (folder: string) => object): Promise<ComposeScene> {
  const stack = new AsyncDisposableStack();
  try {
    const folder = stack.use(await temporaryFolder()).path;
    const world = await WORLDS.github({ root: join(folder, "git"), as: "token" });
    stack.defer(() => world.close());
    await commit(world.bare, { branch: DEFAULT_BRANCH, message: "First commit", files: FILES });
    const database = stack.use(await freshPostgres());
    const rabbit = stack.use(await freshRabbit());
    const url = `http://127.0.0.1:${await freePort()}`;

    const variables = {
      ...variablesIn(deployFile(".env.example")),
      PUBLIC_URL: url,
      POSTGRES_PASSWORD: "postgres-password",
      RABBITMQ_PASSWORD: "rabbitmq-password",
      GITHUB_PERSONAL_ACCESS_TOKEN: world.environment.GITHUB_TOKEN ?? "",
      GITHUB_WEBHOOK_SECRET: world.environment.GITHUB_SECRET ?? "",
    };
    const { services } = readCompose(variables);
    const config = configOf(world, automations(folder));
    const places = { DATABASE_URL: database.url, QUEUE_URL: rabbit.url() };
    const start = async ({ command, environment }: Service): Promise<Replica> => {
      const port = String(await freePort());
      const cwd = join(folder, `process-${port}`);
      await mkdir(cwd);
      await writeFile(join(cwd, "forgehand.yml"), config);
      const process = await startService(commandOf(command, port), {
        // As in a container: what the image says, the file of variables over it, then those of the service.
        environment: {
          ...bareEnvironment(),
          ...{ HOST: "127.0.0.1", PORT: port, FORGEHAND_DATA_DIR: join(cwd, "data"), NODE_ENV: "production" },
          ...variables,
          ...replaced(environment, places),
        },
        cwd,
        ready: command?.includes("serve") === true ? "Sign in at" : "Its health is at",
      });
      stack.defer(async () => {
        await process.stop();
      });
      return { ...process, url: `http://127.0.0.1:${port}` };
    };
    const all = async (name: string) => {
      const service = services[name];
      if (service === undefined) throw new Error(`there is no service ${name}`);
      return Promise.all(Array.from({ length: service.deploy?.replicas ?? 1 }, () => start(service)));
    };
    const web = await all("web");
    const workers = await all("worker");
    const proxy = proxyOf(
      url,
      web.map((one) => one.url),
    );
    stack.use(await startNginx({ folder: join(folder, "nginx"), config: proxy, url }));
    const store = await openPostgres({ url: database.url, log: silent, readOnly: true, connections: 2 });
    stack.defer(() => store.close());
    const owned = stack.move();
    return { world, web, workers, url, store, folder, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** The config file, with the addresses of the stand-in and more automations. */
function configOf({ forge }: World, automations: object): string {
  const file = parse(deployFile("forgehand.yml")) as {
    forges: { github: object };
    automations: object;
  };
  const { apiUrl, gitUrl } = forge as { apiUrl: string; gitUrl: string };
  return stringify({
    ...file,
    forges: { github: { ...file.forges.github, apiUrl, gitUrl } },
    automations: { ...file.automations, ...automations },
  });
}

/** The command of a service on the sources, with a port of its own in place of the container's. */
function commandOf(command: readonly string[] = [], port: string): readonly [string, ...string[]] {
  const [, , ...words] = command;
  return [process.execPath, COMMAND, ...words.map((word, at) => (words[at - 1] === "--port" ? port : word))];
}

/** The variables of a service with the addresses of this machine, where it names services of the file. */
function replaced(
  environment: Readonly<Record<string, string>> = {},
  places: { readonly DATABASE_URL: string; readonly QUEUE_URL: string },
): Record<string, string> {
  const { DATABASE_URL = "", QUEUE_URL = "" } = environment;
  if (DATABASE_URL !== "postgres://forgehand:postgres-password@postgres:5432/forgehand")
    throw new Error(`this is not the database of the file: ${DATABASE_URL}`);
  if (QUEUE_URL !== "amqp://forgehand:rabbitmq-password@rabbitmq:5672/forgehand")
    throw new Error(`this is not the queue of the file: ${QUEUE_URL}`);
  return { ...environment, ...places };
}

/** The file of the proxy with the addresses of this machine. */
function proxyOf(url: string, web: readonly string[]): string {
  const text = deployFile("nginx.conf");
  const [listen, server] = [/^ {2}listen 8080;$/m, /^ {2}server web:8000 resolve (.*);$/m];
  const how = server.exec(text)?.[1];
  if (!listen.test(text) || how === undefined) throw new Error("nginx.conf names no port or no servers");
  const servers = web.map((one) => `  server ${new URL(one).host} ${how};`);
  return text.replace(listen, `  listen ${new URL(url).host};`).replace(server, servers.join("\n"));
}
