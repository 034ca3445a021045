import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silent } from "../../src/core/log.ts";
import type { Store } from "../../src/core/store.ts";
import { openSqlite } from "../../src/record/sqlite.ts";

/** A folder that is gone when its scope ends. */
export type Temporary = AsyncDisposable & { path: string };

/** Make one: `await using folder = await temporaryFolder()`. */
export async function temporaryFolder(): Promise<Temporary> {
  const path = await mkdtemp(join(tmpdir(), "forgehand-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A real store in a folder of its own; closed and gone when its scope ends. */
export async function temporaryStore(): Promise<AsyncDisposable & { store: Store }> {
  const folder = await temporaryFolder();
  const store = await openSqlite({ path: join(folder.path, "store.db"), log: silent });
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
