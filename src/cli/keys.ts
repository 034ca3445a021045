import type { Command } from "commander";
import { InvalidArgumentError } from "commander";

import type { Config } from "../config/schema.ts";
import { ownDuration } from "../core/duration.ts";
import { ForgehandError } from "../core/errors.ts";
import type { WebhookDoor, WebhookKey } from "../core/webhook-key.ts";
import { findDoor } from "../operate/find-door.ts";
import type { ConfigOptions } from "./settings.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";
import { withStore } from "./store.ts";

const ABOUT =
  "Secrets of private addresses: `/webhooks/FORGE/AUTOMATION` is proven by its own key, where it has one, and else by the secret of its forge.";

export function addKeys(program: Command): void {
  const keys = program.command("keys").description(ABOUT);
  withConfigOptions(keys.command("list", { isDefault: true }))
    .description("Which private addresses have keys. The keys themselves are never shown again.")
    .option("--json", "print JSON")
    .action(list);
  withConfigOptions(keys.command("make <forge> <automation>"))
    .description("Make a key and show it, once. An address that has one gets a new one.")
    .option(
      "--grace <duration>",
      "how long the key before counts on, such as 24h; not at all if not said",
      readGrace,
      0,
    )
    .option("--json", "print JSON")
    .action(make);
  withConfigOptions(keys.command("remove <forge> <automation>"))
    .description("Take its keys from an address: the secret of its forge counts there again.")
    .action(remove);
}

interface MakeOptions extends ConfigOptions {
  /** Milliseconds. */
  readonly grace: number;
  readonly json?: true;
}

function readGrace(text: string): number {
  const { data } = ownDuration.safeParse(text);
  if (data === undefined)
    throw new InvalidArgumentError("Write a duration of at most a day, such as 45m or 24h.");
  return data;
}

async function list({ json, ...options }: ConfigOptions & { json?: true }): Promise<void> {
  const found = await withStore(loadOrThrow(options, "optional"), (store) => store.webhookKeys());
  const shown = found.map(({ key: _secret, ...rest }) => rest);
  if (json) console.log(JSON.stringify(shown, null, 2));
  else if (shown.length === 0)
    console.log("No address has a key of its own: the secrets of their forges count.");
  else for (const one of shown) console.log(lineOf(one));
}

function lineOf({ forge, automation, madeAt, endsAt }: Omit<WebhookKey, "key">): string {
  const ends = endsAt === undefined ? "" : `, counts until ${endsAt.toISOString()}`;
  return `/webhooks/${forge}/${automation}  made ${madeAt.toISOString()}${ends}`;
}

async function make(
  forge: string,
  automation: string,
  { grace, json, ...options }: MakeOptions,
): Promise<void> {
  const config = loadOrThrow(options, "optional");
  const door = findDoor({ forge, automation }, Object.keys(config.forges), config.automations);
  const { key, before } = await withStore(config, async (store) => ({
    before: (await store.webhookKeys(door)).length,
    key: await store.change((transaction) => transaction.addWebhookKey(door, { grace })),
  }));
  const address = addressOf(config, door);
  if (json) {
    console.log(JSON.stringify({ ...door, address, key }, null, 2));
    return;
  }
  console.log(key);
  const older = grace === 0 ? " The key before counts no more." : " The key before counts on for that long.";
  const said = `This is the key of ${address}. Write it into the webhook as its secret: it is not shown again.`;
  console.error(before === 0 ? said : said + older);
}

async function remove(forge: string, automation: string, options: ConfigOptions): Promise<void> {
  const config = loadOrThrow(options, "optional");
  const door = { forge, automation };
  await withStore(config, async (store) => {
    if ((await store.webhookKeys(door)).length === 0) {
      throw new ForgehandError("NOT_FOUND", `/webhooks/${forge}/${automation} has no key of its own.`);
    }
    await store.change((transaction) => transaction.removeWebhookKeys(door));
  });
  console.log(`The keys of /webhooks/${forge}/${automation} are gone: the secret of ${forge} counts there.`);
}

function addressOf({ server }: Config, { forge, automation }: WebhookDoor): string {
  const base = server.publicUrl ?? `http://${server.host}:${server.port}`;
  return `${base}/webhooks/${forge}/${automation}`;
}
