import { z } from "zod";

import type { Prices } from "../core/agent.ts";
import type { Automation } from "../core/automation.ts";
import type { ForgeAdapter, ForgeSettings } from "../core/forge.ts";
import { readBrokerAddress } from "../core/broker-address.ts";
import { duration } from "../core/duration.ts";
import type { Retention } from "../core/prune.ts";
import { agents } from "./agents.ts";
import { automationSchema } from "./automation/schema.ts";
import type { Grants } from "./repository/grants.ts";
import { grantsSchema } from "./repository/grants.ts";
import { retentionSchema } from "./retention.ts";
import { automationName, integer, tagsSchema, webAddress } from "./values.ts";

/** Everything that is decided before anything listens. Times are milliseconds, paths are absolute. */
export interface Config {
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Where people and forges reach us, without a slash at the end. Without it statuses carry no link. */
    readonly publicUrl?: string;
    /** The path that a proxy has us under, without a slash at its end; empty for none. */
    readonly basePath?: string;
    /** Names that a request's `Host` may have, beside those of `publicUrl` and loopback. */
    readonly hosts: readonly string[];
    /** How long running commands may go on after SIGTERM. */
    readonly graceTimeout: number;
    /** Channel that forwards deliveries to our own port while developing. */
    readonly smee?: string;
    /** What opens the pages, where the owner does not leave it to us to make one. */
    readonly signInToken?: string;
    /** True where no webhook is received, since no forge can reach us: all is found by polling. */
    readonly pollOnly: boolean;
  };
  readonly dataDir: string;
  /** `sqlite:` and an absolute path, or the address of a database of PostgreSQL, with its password. */
  readonly database: string;
  /** Connections that one process opens at most to PostgreSQL, beside the one that it listens by. */
  readonly databaseConnections: number;
  /** `embedded`, or the address of a RabbitMQ, with its password. */
  readonly queue: string;
  /** How many jobs of a stage one process does at once; 0 where it leaves that stage to other processes. */
  readonly worker: {
    readonly run: number;
    readonly match: number;
    readonly report: number;
    readonly poll: number;
    readonly schedule: number;
    readonly tend: number;
    readonly prune: number;
    /** What this process has that automations may ask for. */
    readonly tags: readonly string[];
  };
  readonly hooks: {
    /** Milliseconds between two looks at the webhooks that are looked after; false: nobody looks. */
    readonly check: number | false;
  };
  readonly retention: Retention;
  readonly log: { readonly level: (typeof LOG_LEVELS)[number] };
  readonly agents: {
    /** What models cost by their owner's word, over the list prices. */
    readonly prices: Prices;
  };
  /** By name; each has passed its adapter's own schema. */
  readonly forges: Readonly<Record<string, ForgeSettings>>;
  readonly automations: readonly Automation[];
  /** What repositories may do by a file of their own; false: they have none. */
  readonly repositoryAutomations: Grants | false;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const server = z.strictObject({
  host: z.string().min(1).default("127.0.0.1").describe("Address to listen on."),
  port: integer(0, 65_535, 8000).describe("Port to listen on; 0 takes a free one."),
  publicUrl: webAddress
    .optional()
    .describe("Where people and forges reach Forgehand. Without it statuses carry no link."),
  basePath: z
    .string()
    .regex(/^\/[^?#\s]*$/, "Write a path that begins with a slash, such as /forgehand.")
    .transform((path) => path.replace(/\/+$/, ""))
    .optional()
    .describe("The path that a proxy has Forgehand under; that of `publicUrl` if not set."),
  hosts: z
    .array(z.string().min(1))
    .default([])
    .describe("Names that requests may come for, beside those of `publicUrl` and loopback."),
  graceTimeout: duration("30s").describe("How long running commands may go on after SIGTERM."),
  smee: webAddress
    .optional()
    .describe("A smee.io channel that forwards deliveries to this computer. For development only."),
  signInToken: z
    .string()
    .min(20, "A token of less than 20 characters can be guessed.")
    .optional()
    .describe(
      "What opens the pages, such as `${SIGN_IN_TOKEN}`; one is made at the first start if not set. A new one signs everybody out.",
    ),
  pollOnly: z
    .boolean()
    .default(false)
    .describe("Receive no webhooks: for where no forge can reach Forgehand, all is found by polling."),
});

const database = z
  .string()
  .default("sqlite:./data/forgehand.db")
  .superRefine((url, context) => {
    const message = databaseProblem(url);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .describe(
    "`sqlite:` and the path of a file, or `postgres://USER:PASSWORD@HOST/DATABASE`. Not set: `forgehand.db` in the data folder.",
  );

function databaseProblem(address: string): string | undefined {
  if (/^postgres(ql)?:/.test(address)) return postgresProblem(address);
  return /^sqlite:(?!:memory:)./.test(address)
    ? undefined
    : "Write sqlite: and the path of a file, or postgres://USER:PASSWORD@HOST/DATABASE.";
}

function postgresProblem(address: string): string | undefined {
  const url = /^postgres(ql)?:\/\//.test(address) ? URL.parse(address) : null;
  if (url === null)
    return "This is no address: write postgres://USER:PASSWORD@HOST/DATABASE, with @ : / ? # % of user and password percent-encoded.";
  return url.pathname.length > 1 ? undefined : "Name the database after the host: postgres://HOST/DATABASE.";
}

const queue = z
  .string()
  .default("embedded")
  .superRefine((written, context) => {
    const message = queueProblem(written);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .describe(
    "What wakes the workers: `embedded` for what the database itself can do, or the address of a RabbitMQ, `amqp://USER:PASSWORD@HOST/VHOST` (`amqps://` with TLS).",
  );

function queueProblem(written: string): string | undefined {
  if (written === "embedded" || readBrokerAddress(written) !== undefined) return undefined;
  return /^amqps?:/.test(written)
    ? "This is no address: write amqp://USER:PASSWORD@HOST/VHOST, with @ : / ? # % of user, password and vhost percent-encoded."
    : "Write embedded, or the address of a RabbitMQ: amqp://USER:PASSWORD@HOST/VHOST.";
}

const worker = z.strictObject({
  run: integer(0, 64, 2).describe("Commands that one process executes at once; 0 leaves them to others."),
  match: integer(0, 64, 4).describe("Deliveries that one process matches at once; 0 leaves them to others."),
  report: integer(0, 64, 4).describe("Reports that one process sends at once; 0 leaves them to others."),
  poll: integer(0, 1, 1).describe("Whether this process polls forges; 0 leaves it to others."),
  schedule: integer(0, 1, 1).describe("Whether this process sees to schedules; 0 leaves it to others."),
  tend: integer(0, 1, 1).describe("Whether this process looks after webhooks; 0 leaves it to others."),
  prune: integer(0, 1, 1).describe("Whether this process prunes the store; 0 leaves it to others."),
  tags: tagsSchema.describe("What this machine has that automations may ask for by `tags`, such as `gpu`."),
});

const hooks = z.strictObject({
  check: z
    .union([z.literal(false), duration("15m")])
    .prefault("15m")
    .describe(
      "How often the webhooks that `forgehand connect` made are mended and lost deliveries brought; `false` for never.",
    ),
});

const log = z.strictObject({
  level: z.enum(LOG_LEVELS).default("info").describe("The least important message that is written."),
});

const forgeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "Name a forge with a-z, 0-9 and -, at most 63 characters.");

/** One slice of the config: the settings of any kind of forge, told apart by `kind` or an alias of it. */
function forgeSchema(adapters: readonly ForgeAdapter[]) {
  const [first, ...rest] = adapters.map((adapter) => adapter.settings as z.core.$ZodTypeDiscriminable);
  if (first === undefined) throw new TypeError("a config needs at least one adapter");
  const known = adapters.flatMap((adapter) => [adapter.kind, ...adapter.aliases]).join(", ");
  const settings = z.discriminatedUnion("kind", [first, ...rest], {
    error: `Write the kind of forge, one of: ${known}.`,
  }) as unknown as z.ZodType<ForgeSettings>;
  return z.preprocess((written) => withKind(written, adapters), settings);
}

/** The same settings with the adapter's own word for the kind instead of an alias. */
function withKind(written: unknown, adapters: readonly ForgeAdapter[]): unknown {
  if (typeof written !== "object" || written === null || !("kind" in written)) return written;
  const { kind } = written;
  const adapter = adapters.find(({ aliases }) => aliases.some((alias) => alias === kind));
  return adapter === undefined ? written : { ...written, kind: adapter.kind };
}

/** The whole config file. The only definition of a setting: checks, types, editor help and docs come from here. */
export function configSchema(adapters: readonly ForgeAdapter[]) {
  return z.strictObject({
    server: server.prefault({}).describe("How people and forges reach Forgehand."),
    dataDir: z.string().min(1).default("./data").describe("Folder of everything that is kept."),
    webhookSecretsDir: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Folder with webhook secrets in files named as the keys of Rancher Fleet's Secret: for forges without a `webhookSecret`.",
      ),
    database,
    databaseConnections: integer(2, 100, 10).describe(
      "Connections that one process opens at most to PostgreSQL, beside the one that it listens by.",
    ),
    queue,
    worker: worker.prefault({}).describe("How much one process does at once."),
    hooks: hooks.prefault({}).describe("How the webhooks that Forgehand made are looked after."),
    retention: retentionSchema,
    log: log.prefault({}).describe("What is written to the log."),
    agents: agents.prefault({}).describe("What holds for all agents, whichever automation asks them."),
    forges: z
      .record(forgeName, forgeSchema(adapters))
      .default({})
      .describe("The forges that are served, by names of your own."),
    automations: z
      .record(automationName, automationSchema)
      .default({})
      .describe("What is done on what, by names of your own."),
    repositoryAutomations: grantsSchema,
  });
}
