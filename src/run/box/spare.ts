import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Blanks } from "./hides.ts";
import type { Mount } from "./mounts.ts";
import { makeScrap } from "../scraps.ts";

/** The user and group that a command sees itself as where we are root; else it has our own numbers. */
const INSTEAD_OF_ROOT = 1_000;
const [OWN_USER = INSTEAD_OF_ROOT, OWN_GROUP = INSTEAD_OF_ROOT] = [process.getuid?.(), process.getgid?.()];
export const USER = OWN_USER === 0 ? INSTEAD_OF_ROOT : OWN_USER;
export const GROUP = OWN_GROUP === 0 ? INSTEAD_OF_ROOT : OWN_GROUP;

/** The small files of ours that one box is made with. They lie where no command can write, and are gone afterwards. */
export interface Spare {
  readonly folder: string;
  readonly blanks: Blanks;
  /** What a command sees of them in /etc. */
  readonly mounts: readonly Mount[];
  remove(): Promise<void>;
}

/** Make them. `hosts` are names that lead to addresses of the box itself. */
export async function openSpare(home: string, hosts: ReadonlyMap<string, string>): Promise<Spare> {
  const folder = await makeScrap("box");
  const etc = join(folder, "etc");
  await mkdir(etc);
  const files: Readonly<Record<string, string>> = {
    passwd: `forgehand:x:${USER}:${GROUP}::${home.replaceAll(/[:\n]/g, "_")}:/bin/sh\n`,
    group: `forgehand:x:${GROUP}:\n`,
    hosts: [["localhost", "127.0.0.1"], ["localhost", "::1"], ...hosts]
      .map(([name, address]) => `${address} ${name}\n`)
      .join(""),
    // Names of the network are known to the proxy alone: there is no server to ask, and none to tell secrets to.
    "resolv.conf": "",
  };
  const blanks = { empty: join(folder, "empty"), json: join(folder, "empty.json") };
  await Promise.all([
    ...Object.entries(files).map(([name, text]) => writeFile(join(etc, name), text)),
    writeFile(blanks.empty, ""),
    writeFile(blanks.json, "{}\n"),
  ]);
  return {
    folder,
    blanks,
    mounts: Object.keys(files).map((name) => ({ kind: "read", path: `/etc/${name}`, from: join(etc, name) })),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
