import type { Config } from "../config/schema.ts";
import type { Forge, ForgeAdapter, ForgeSettings, ForgeTools, OpenForge } from "../core/forge.ts";
import type { SetUp } from "../dashboard/setup.ts";
import { adapters } from "../forges/index.ts";
import { hookAddress } from "../hooks/address.ts";
import type { Tended } from "../hooks/tend.ts";
import type { PolledForge } from "../poll/polled.ts";
import type { ServedForge } from "../receive/keep.ts";

/** An open line with what it was opened by. */
export interface Served extends OpenForge {
  readonly adapter: ForgeAdapter;
  readonly settings: ForgeSettings;
}

/** Open a line to every configured forge. None is asked anything yet: one that is down does not keep us from starting. */
export async function openForges({ forges }: Config, tools: ForgeTools): Promise<Map<string, Served>> {
  const opened = new Map<string, Served>();
  for (const [name, settings] of Object.entries(forges)) {
    const adapter = adapters.find(({ kind }) => kind === settings.kind);
    if (adapter === undefined) throw new TypeError(`no adapter for the kind ${settings.kind}`);
    const log = tools.log.child({ forge: name });
    opened.set(name, { ...(await adapter.open(name, settings, { ...tools, log })), adapter, settings });
  }
  return opened;
}

/** The forges that are polled, and how often at most: as far as the owner says, else as is good for their kind. */
export function polledForges(opened: ReadonlyMap<string, Served>): Map<string, PolledForge> {
  const polled = new Map<string, PolledForge>();
  for (const [name, { forge, adapter, settings }] of opened) {
    const { polling = {}, repositories = [] } = settings;
    if (polling === false) continue;
    const { interval } = polling;
    const perHour = polling.requestsPerHour ?? (interval === undefined ? adapter.pollBudget : undefined);
    polled.set(name, { name, forge, repositories, interval, perHour });
  }
  return polled;
}

/** Where a forge's pages stand: the origin that its repositories are cloned from. */
export function originOf(forge: Forge | undefined): string | undefined {
  return forge && new URL(forge.gitUrl({ id: "", fullName: "" })).origin;
}

/** The set-up pages of every kind that has them. A new app sends to the forge of its kind, or to smee while developing. */
export function setUpsOf({ forges, server }: Config, tools: ForgeTools): SetUp[] {
  return adapters.flatMap(({ kind, setUp }) => {
    if (setUp === undefined) return [];
    const name = Object.keys(forges).find((one) => forges[one]?.kind === kind) ?? kind;
    const webhookUrl = (publicUrl: string) => hookAddress(name, { ...server, publicUrl });
    return [{ setUp, tools, webhookUrl }];
  });
}

/** The forges as those know them who receive their deliveries. */
export function servedForges(opened: ReadonlyMap<string, Served>): ServedForge[] {
  return [...opened].map(([name, { door, settings, adapter }]) => ({
    name,
    adapter,
    secrets: settings.webhookSecret,
    door,
  }));
}

/** The forges as those know them who look after their webhooks. */
export function tendedOf(
  { server }: Pick<Config, "server">,
  opened: ReadonlyMap<string, Served>,
): (name: string) => Tended | undefined {
  return (name) => {
    const line = opened.get(name);
    const [secret = ""] = line?.settings.webhookSecret ?? [];
    return line && { forge: line.forge, secret, url: hookAddress(name, server) };
  };
}
