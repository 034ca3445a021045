import { existsSync } from "node:fs";

import { sqlitePath } from "../config/database.ts";
import type { Config } from "../config/schema.ts";
import { ForgehandError } from "../core/errors.ts";
import type { KeptHook } from "../core/kept-hook.ts";
import type { Store } from "../core/store.ts";
import { hookAddress } from "../hooks/address.ts";
import type { Digest } from "../hooks/digest.ts";
import { createDigest } from "../hooks/digest.ts";
import { hasOwnHook, OWN } from "../hooks/own.ts";
import { placeName, samePlace } from "../hooks/place.ts";
import type { Losses, Sight } from "../hooks/sight.ts";
import { foundText, lossesOf, lossesText, seeHook, seeOwnHook } from "../hooks/sight.ts";
import { withForge } from "./forge.ts";
import type { Finding } from "./probe.ts";
import { seeDatabase } from "./probe-servers.ts";
import { withStore } from "./store.ts";

/** A webhook that is looked after, how it is now (undefined: nobody was asked), and what it lost. */
export interface HookSight {
  readonly hook: KeptHook;
  readonly now: Sight | undefined;
  readonly losses: Losses;
}

/** All webhooks that are looked after, each with what its forge says of it now, where it is to be asked. */
export async function hookSights(config: Config, store: Store, offline: boolean): Promise<HookSight[]> {
  const digest = await createDigest(store);
  const hooks = await store.hooks();
  const forges = [...new Set(hooks.map(({ forge }) => forge))];
  const sights = await Promise.all(
    forges.map(async (name) => {
      const there = hooks.filter(({ forge }) => forge === name);
      const now = offline ? [] : await ask(config, name, digest, there);
      return Promise.all(
        there.map(async (hook, index) => ({ hook, now: now[index], losses: await lossesOf(store, hook) })),
      );
    }),
  );
  return sights.flat();
}

/** What a forge says of each of these, one after the other: many at once would press it. */
async function ask(
  config: Config,
  name: string,
  digest: Digest,
  hooks: readonly KeptHook[],
): Promise<Sight[]> {
  if (config.forges[name] === undefined) {
    return hooks.map(() => ({ ok: false, message: `The forge ${name} is not in the config any more.` }));
  }
  return withForge(config, name, async (forge, secret) => {
    const sights: Sight[] = [];
    for (const hook of hooks) sights.push(await seeHook({ forge, secret, digest }, hook));
    return sights;
  });
}

/** What `check` says of the webhooks: those that are looked after, and that of each app registration. */
export async function probeHooks(config: Config): Promise<Finding[]> {
  const sights = await keptSights(config);
  const kept = sights.map(({ hook, now, losses }): Finding => {
    const { ok, message } = now ?? { ok: true, message: "" };
    const told = [message, lossesText(losses), foundText(hook)].filter((text) => text !== "").join(" ");
    return { what: nameOf(hook), ok, message: told };
  });
  const names = Object.keys(config.forges).filter(
    (name) => !sights.some(({ hook }) => hook.forge === name && samePlace(hook.place, OWN)),
  );
  const own = await Promise.all(names.map((name) => probeOwn(config, name)));
  return [...kept, ...own.flat()];
}

/** A store that nobody has made yet knows of no webhook, and is not made by looking. */
async function keptSights(config: Config): Promise<HookSight[]> {
  const path = sqlitePath(config);
  const stands = path === undefined ? (await seeDatabase(config)) === "ours" : existsSync(path);
  if (!stands) return [];
  return withStore(config, (store) => hookSights(config, store, false));
}

/** The webhook of an app registration that nobody looks after yet. */
async function probeOwn(config: Config, name: string): Promise<Finding[]> {
  const url = hookAddress(name, config.server);
  if (url === undefined) return [];
  try {
    return await withForge(config, name, async (forge, secret) => {
      if (!hasOwnHook(forge)) return [];
      return [{ what: nameOf({ forge: name, place: OWN }), ...(await seeOwnHook({ forge, secret }, url)) }];
    });
  } catch (error) {
    // That a forge cannot be opened is told where the forge is.
    if (error instanceof ForgehandError) return [];
    throw error;
  }
}

const nameOf = ({ forge, place }: Pick<KeptHook, "forge" | "place">): string =>
  `webhook ${forge} ${placeName(place)}`;
