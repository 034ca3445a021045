import { commit } from "../../demo/repository.ts";
import type { World } from "../../demo/world.ts";
import { DEFAULT_BRANCH } from "../../demo/world.ts";
import type { Forge, ForgeAdapter } from "../../src/core/forge.ts";
import { silent } from "../../src/core/log.ts";
import { temporaryFolder } from "./temporary.ts";

/** An adapter with somebody to speak to. */
export interface ForgeSubject {
  readonly adapter: ForgeAdapter;
  readonly openWorld: (root: string) => Promise<World>;
}

/** An open line to a stand-in with state and real git, whose repository has a first commit. */
export interface OpenedForge extends AsyncDisposable {
  readonly world: World;
  readonly forge: Forge;
}

export async function openStandIn({ adapter, openWorld }: ForgeSubject): Promise<OpenedForge> {
  const folder = await temporaryFolder();
  const world = await openWorld(folder.path);
  await commit(world.bare, { branch: DEFAULT_BRANCH, message: "first", files: { "a.txt": "a\n" } });
  const settings = adapter.settings.parse(filledIn(world));
  const open = await adapter.open(adapter.kind, settings, { log: silent, userAgent: "forgehand/test" });
  return {
    world,
    forge: open.forge,
    async [Symbol.asyncDispose]() {
      await open.close();
      await world.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A world's settings as the config has them once its variables are filled in. */
function filledIn({ forge, environment }: World): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(forge).map(([name, value]) => {
      const variable = /^\$\{(\w+)\}$/.exec(String(value))?.[1];
      return [name, variable === undefined ? value : environment[variable]];
    }),
  );
}
