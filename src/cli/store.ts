import { mkdir } from "node:fs/promises";

import type { Config } from "../config/schema.ts";
import type { Store } from "../core/store.ts";
import { createLog } from "./log.ts";

/** Do something with the store of a config, and close it again. */
export async function withStore<Result>(
  config: Config,
  work: (store: Store) => Promise<Result>,
  options: { readOnly?: boolean } = {},
): Promise<Result> {
  const { openStore } = await import("../pipeline.ts");
  if (options.readOnly !== true) await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const store = await openStore(config, createLog("warn", process.env), options);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
