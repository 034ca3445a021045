import { setTimeout as wait } from "node:timers/promises";

import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { createGit } from "./git.ts";
import { careForMirrors } from "./mirror-care.ts";
import { cleanScraps } from "./scraps.ts";
import { cleanWorkspaces } from "./workspace.ts";

/** What keeps a data folder tidy. */
export interface TidyTools {
  readonly dataDir: string;
  /** Bytes of all mirrors; undefined: any size. */
  readonly mirrors: number | undefined;
  /** Milliseconds between two looks. */
  readonly every: number;
  /** Whether a run is being worked on, here or by another process. */
  readonly isAlive: (run: number) => Promise<boolean>;
  readonly log: Log;
}

export interface Tidying {
  /** Resolves when what dead workers left was looked at for the first time. */
  readonly cleaned: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Look after the folders of this machine, now and again and again: workspaces that nobody works in go, and mirrors that are
 * too much. They are no part of the store, so each process does it, and several over one folder do not hurt one another.
 */
export function startTidying(tools: TidyTools): Tidying {
  const { dataDir, every, isAlive, log } = tools;
  const stopping = new AbortController();
  const { signal } = stopping;
  const git = createGit(dataDir);

  /** One part that fails keeps the other from nothing, and is tried again the next time. */
  const guarded = async (part: () => Promise<void>): Promise<void> => {
    await part().catch((error: unknown) => {
      if (!signal.aborted) log.warn({ reason: messageOf(error) }, "the data folder could not be tidied");
    });
  };
  const clean = () =>
    guarded(async () => {
      await cleanWorkspaces(dataDir, isAlive);
      await cleanScraps();
    });
  const care = () => guarded(() => careForMirrors({ dataDir, most: tools.mirrors, git, log, signal }));
  const cleaned = clean();
  const tidy = async (): Promise<void> => {
    await cleaned;
    for (;;) {
      await care();
      await wait(every, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await clean();
    }
  };
  const tidying = tidy();
  return {
    cleaned,
    async stop() {
      stopping.abort();
      await tidying;
    },
  };
}
