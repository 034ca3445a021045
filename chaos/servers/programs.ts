import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const POSTGRES = "/usr/lib/postgresql";
/** What Debian puts on the path writes into the folders of its own service, whatever it is told. */
const RABBIT = "/usr/lib/rabbitmq/bin";

/** Where the programs of the servers are, by their names. */
export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  readonly "rabbitmq-server": string;
  readonly rabbitmqctl: string;
  readonly epmd: string;
}

const NAMES = ["initdb", "postgres", "rabbitmq-server", "rabbitmqctl", "epmd"] as const;

/** Those that are not on this machine. */
export function missingServers(): string[] {
  return NAMES.filter((name) => find(name) === undefined);
}

/** All of them. Throws where one is missing. */
export function programs(): Programs {
  const found = NAMES.map((name) => [name, find(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) {
    throw new Error(
      `PostgreSQL and RabbitMQ are not installed here (${missing.join(", ")}): install them (on Debian the packages ` +
        "postgresql and rabbitmq-server), or ask for --on sqlite.",
    );
  }
  return Object.fromEntries(found) as unknown as Programs;
}

function find(name: string): string | undefined {
  return [...folders(), ...(process.env.PATH ?? "").split(delimiter)]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** The folders that Debian has them in, the newest PostgreSQL first. */
function folders(): string[] {
  const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES).map(Number).filter(Boolean) : [];
  const newest = versions.sort((one, other) => other - one).map((one) => join(POSTGRES, String(one), "bin"));
  return [...newest, RABBIT, "/usr/lib/erlang/bin"];
}
