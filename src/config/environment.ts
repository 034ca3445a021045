/** An environment variable that stands for a setting. */
interface Variable {
  readonly name: string;
  readonly setting: string;
  /** Whether it wins over the config file. Else the file wins. */
  readonly overFile: boolean;
}

/**
 * The variables that stand for settings; of two for one setting the first that is set counts. A platform that starts
 * Forgehand decides where it listens, so `PORT`, `HOST` and `LOG_LEVEL` win over the file; the file wins over the rest.
 */
const VARIABLES: readonly Variable[] = [
  { name: "PORT", setting: "server.port", overFile: true },
  { name: "WEBHOOK_SERVER_PORT", setting: "server.port", overFile: false },
  { name: "HOST", setting: "server.host", overFile: true },
  { name: "WEBHOOK_SERVER_HOST", setting: "server.host", overFile: false },
  { name: "PUBLIC_URL", setting: "server.publicUrl", overFile: false },
  { name: "SIGN_IN_TOKEN", setting: "server.signInToken", overFile: false },
  { name: "WEBHOOK_PROXY_URL", setting: "server.smee", overFile: false },
  { name: "LOG_LEVEL", setting: "log.level", overFile: true },
  { name: "FORGEHAND_DATA_DIR", setting: "dataDir", overFile: false },
  { name: "WEBHOOK_SECRETS_DIR", setting: "webhookSecretsDir", overFile: false },
  { name: "DATABASE_URL", setting: "database", overFile: false },
  { name: "QUEUE_URL", setting: "queue", overFile: false },
  { name: "RABBITMQ_HOST", setting: "queue", overFile: false },
];

type Settings = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Settings with those of the environment, and for each setting taken from there the variable that it came from. */
export function withEnvironment(
  written: Settings,
  environment: Environment,
): { settings: Settings; origins: ReadonlyMap<string, string> } {
  const origins = new Map<string, string>();
  let settings = written;
  for (const { name, setting, overFile } of VARIABLES) {
    const value = READ[name]?.(environment) ?? environment[name];
    if (value === undefined || value === "" || origins.has(setting)) continue;
    if (!overFile && valueAt(written, setting) !== undefined) continue;
    settings = withValue(settings, setting, value);
    origins.set(setting, name);
  }
  return { settings, origins };
}

/** Variables that are more, or less, than the setting's own text; empty where they say nothing to us. */
const READ: Readonly<Record<string, (environment: Environment) => string>> = {
  // Platforms set DATABASE_URL for whole fleets: an address of another kind of database is not meant for us.
  DATABASE_URL: ({ DATABASE_URL: url = "" }) => (/^(sqlite|postgres|postgresql):/.test(url) ? url : ""),
  RABBITMQ_HOST: rabbitAddress,
};

/** The address that the variables of the Python coding agent describe. */
function rabbitAddress(environment: Environment): string {
  const { RABBITMQ_HOST: host, RABBITMQ_PORT: port, USE_RABBITMQ: used } = environment;
  if (!host || used?.toLowerCase() === "false") return "";
  const { RABBITMQ_USER: user, RABBITMQ_PASSWORD: password } = environment;
  const [name, secret] = [user ?? "guest", password ?? "guest"].map(encodeURIComponent);
  // Beside a Service of that name Kubernetes sets the port as `tcp://ADDRESS:PORT`.
  return `amqp://${name}:${secret}@${host}:${(port ?? "5672").replace(/^tcp:\/\/.*:/, "")}`;
}

function valueAt(settings: Settings, setting: string): unknown {
  return setting
    .split(".")
    .reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), settings);
}

/** Settings with one of them replaced. A group that is no map is left alone: the schema says so. */
export function withValue(settings: Settings, setting: string, value: unknown): Settings {
  const [group = "", ...rest] = setting.split(".");
  if (rest.length === 0) return { ...settings, [group]: value };
  const inner = settings[group] ?? {};
  if (!isMap(inner)) return settings;
  return { ...settings, [group]: withValue(inner, rest.join("."), value) };
}

/** Whether a value read from a file is a map of settings. */
export function isMap(value: unknown): value is Settings {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
