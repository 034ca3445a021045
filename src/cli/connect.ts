import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";

import type { Config } from "../config/schema.ts";
import { webAddress } from "../config/values.ts";
import { ForgehandError } from "../core/errors.ts";
import type { Forge } from "../core/forge.ts";
import type { HookPlace } from "../core/webhooks.ts";
import { hookAddress } from "../hooks/address.ts";
import { adviceOn } from "../hooks/advice.ts";
import type { Connected } from "../hooks/connect.ts";
import { connect, isWell } from "../hooks/connect.ts";
import { placeMeant } from "../hooks/place.ts";
import { connectFacts, connectText, sightFacts, sightText } from "./connect-text.ts";
import { withForge } from "./forge.ts";
import { hookSights } from "./hook-sights.ts";
import { printable } from "./log.ts";
import type { ConfigOptions } from "./settings.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";
import { withStore } from "./store.ts";

const WAIT = new Option("--wait <seconds>", "how long to wait for the forge's test")
  .argParser(readSeconds)
  .default(30_000, "30");

/** What `connect` and `disconnect` have in common. */
export interface HookOptions extends ConfigOptions {
  readonly level?: string;
  readonly url?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface ConnectOptions extends HookOptions {
  readonly wait: number;
  readonly test: boolean;
  readonly list?: boolean;
  readonly offline?: boolean;
}

const EXAMPLES = `
Examples:
  forgehand connect github octo/hello --dry-run      what would be done
  forgehand connect gitlab acme --level group        one webhook for a whole group
  forgehand connect gitea --level system             one for the whole server
  forgehand connect --list                           how all of them are`;

export function addConnect(program: Command): void {
  withHookOptions(withConfigOptions(program.command("connect [forge] [name]")))
    .description("Make or mend the webhook that tells Forgehand what happens at a forge, and try it.")
    .addOption(WAIT)
    .option("--no-test", "do not ask the forge to try it")
    .option("--list", "the webhooks that are looked after, and how they are")
    .option("--offline", "with --list: ask no forge")
    .addHelpText("after", EXAMPLES)
    .action(
      async (
        forge: string | undefined,
        name: string | undefined,
        options: ConnectOptions,
        command: Command,
      ) => {
        if (options.list) return list(options);
        if (forge === undefined) command.error("error: name a forge of the config, or say --list");
        return connectOne(forge, name, options);
      },
    );
}

/** The options that say which webhook is meant. */
export function withHookOptions(command: Command): Command {
  return command
    .option(
      "--level <level>",
      "how far it reaches: repository, owner or system, or as the forge says it (project, group, workspace, organization)",
    )
    .option(
      "--url <address>",
      "where the forge reaches this Forgehand (else server.smee or server.publicUrl of the config)",
    )
    .option("--dry-run", "only say what would be done")
    .option("--json", "print JSON");
}

async function connectOne(
  name: string,
  repository: string | undefined,
  { level, url: said, dryRun = false, json, wait, test, ...options }: ConnectOptions,
): Promise<void> {
  const config = loadOrThrow(options);
  await withForge(config, name, async (forge, secret) => {
    const meant = placeMeant(name, forge.webhooks.levels, { level, name: repository });
    const url = addressSaid(name, said) ?? hookAddress(name, config.server) ?? nowhere(name);
    const place = await asTheForgeHasIt(forge, meant);
    const wish = { place, url, secret, dryRun, wait: test ? wait : undefined, tended: isTended(config) };
    const connected = await withStore(config, (store) => connect({ store, forge, waiting }, wish));
    const { levels, advice: ofForge } = forge.webhooks;
    const advice = needsAdvice(connected) ? adviceOn(url, ofForge) : [];
    const told = { ...connected, forge: name, levels, advice };
    console.log(json ? JSON.stringify(connectFacts(told), null, 2) : printable(connectText(told)));
    process.exitCode = dryRun || isWell(connected) ? 0 : 1;
  });
}

/** Whether servers of this config look after webhooks. */
export const isTended = ({ hooks }: Config): boolean => hooks.check !== false;

const needsAdvice = (connected: Connected): boolean => connected.state !== undefined && !isWell(connected);

/** The webhook's address by what the command line says: an address of ours alone, or with its path. */
export function addressSaid(forge: string, said: string | undefined): string | undefined {
  if (said === undefined) return undefined;
  const { data: publicUrl } = webAddress.safeParse(said);
  if (publicUrl === undefined) {
    throw new ForgehandError("CONFIG_INVALID", "--url: write an http(s) address without credentials.");
  }
  return publicUrl.endsWith(`/webhooks/${forge}`) ? publicUrl : hookAddress(forge, { publicUrl });
}

/** Nobody said where we are reached. */
export function nowhere(forge: string): never {
  throw new ForgehandError(
    "CONFIG_INVALID",
    `It is not known where ${forge} reaches this Forgehand. Write server.publicUrl into forgehand.yml (or server.smee ` +
      "while developing), or say --url https://HOST.",
  );
}

/** A repository by the name that the forge has it by: another spelling of it is not another place. */
async function asTheForgeHasIt(forge: Forge, place: HookPlace): Promise<HookPlace> {
  if (place.level !== "repository") return place;
  return { ...place, name: (await forge.repository(place.name)).fullName };
}

function waiting(left: number): void {
  console.error(`Waiting for the test of the forge to arrive, for ${Math.ceil(left / 1_000)} s at most.`);
}

async function list({ offline = false, json, ...options }: ConnectOptions) {
  const config = loadOrThrow(options, offline ? "optional" : "needed");
  const sights = await withStore(config, (store) => hookSights(config, store, offline));
  if (json) console.log(JSON.stringify(sights.map(sightFacts), null, 2));
  else if (sights.length === 0) console.log("No webhook is looked after. See `forgehand connect --help`.");
  else for (const sight of sights) console.log(printable(sightText(sight)));
  process.exitCode = sights.every(({ now }) => now?.ok !== false) ? 0 : 1;
}

/** Seconds as milliseconds. */
function readSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 600) return seconds * 1_000;
  throw new InvalidArgumentError("Write a whole number of seconds from 1 to 600.");
}
