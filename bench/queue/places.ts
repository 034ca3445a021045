import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freshPostgres, missingPostgres } from "../../test/support/postgres.ts";
import { freshRabbit, missingForRabbit } from "../../test/support/rabbitmq.ts";

/** What processes share, and what wakes them. */
export const ENGINES = ["sqlite", "postgres", "postgres+rabbitmq"] as const;
export type Engine = (typeof ENGINES)[number];

/** A place of its own for one measurement: gone, with all that is in it, when its scope ends. */
export interface Place extends AsyncDisposable {
  readonly engine: Engine;
  readonly folder: string;
  /** As the config names them. */
  readonly database: string;
  readonly queue: string;
}

/** What is missing here for an engine; nothing where it can be measured. */
export async function missingFor(engine: Engine): Promise<readonly string[]> {
  const rabbit = engine === "postgres+rabbitmq" ? await missingForRabbit() : [];
  return engine === "sqlite" ? [] : [...missingPostgres, ...rabbit];
}

/** Make a place. */
export async function openPlace(engine: Engine): Promise<Place> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "forgehand-bench-"));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const postgres = engine === "sqlite" ? undefined : opened.use(await freshPostgres());
  const rabbit = engine === "postgres+rabbitmq" ? opened.use(await freshRabbit()) : undefined;
  const all = opened.move();
  return {
    engine,
    folder,
    database: postgres?.url ?? `sqlite:${join(folder, "forgehand.db")}`,
    queue: rabbit?.url() ?? "embedded",
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
