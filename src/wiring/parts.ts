import type { Config } from "../config/schema.ts";
import type { Forge } from "../core/forge.ts";
import type { Log } from "../core/log.ts";
import type { RepositoryFiles } from "../core/repository-file.ts";
import type { Store } from "../core/store.ts";
import type { PolledForge } from "../poll/polled.ts";
import type { Served } from "./forges.ts";

/** What all rooms of one process share. */
export interface Parts {
  readonly config: Config;
  readonly log: Log;
  readonly store: Store;
  readonly opened: ReadonlyMap<string, Served>;
  readonly polled: ReadonlyMap<string, PolledForge>;
  readonly forge: (name: string) => Forge | undefined;
  readonly files: RepositoryFiles;
}
