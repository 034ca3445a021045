import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { COMMAND } from "../forgehand.ts";
import type { Measured } from "../measured.ts";
import { startMeasured } from "../measured.ts";
import type { Place } from "./places.ts";

/** The one automation of these benches, and its forge. */
export const AUTOMATION = "bench";
export const FORGE = "gitea";

/** Opens the pages of all processes. */
export const SIGN_IN_TOKEN = "bench-sign-in-token-of-some-length";
export const WEBHOOK_SECRET = "bench-webhook-secret-of-some-length";

/** What the automation does with every push. */
export interface Doing {
  readonly run: string;
  readonly sandbox: "none" | "auto";
}

/** Write a config over a place; its forge answers at `forge`. */
export async function writeConfig(place: Place, forge: string, { run, sandbox }: Doing): Promise<string> {
  const file = join(place.folder, "forgehand.yml");
  const config = {
    server: { host: "127.0.0.1", port: 0, signInToken: SIGN_IN_TOKEN },
    dataDir: join(place.folder, "data"),
    database: place.database,
    queue: place.queue,
    log: { level: "fatal" },
    hooks: { check: false },
    forges: {
      [FORGE]: { kind: "gitea", url: forge, token: "bench", webhookSecret: WEBHOOK_SECRET, polling: false },
    },
    automations: { [AUTOMATION]: { on: { push: true }, workspace: "none", run, sandbox } },
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config, undefined, 2));
  return file;
}

/** What is started for one measurement. */
export interface Crew extends AsyncDisposable {
  /** Where deliveries are sent to and pages are read. */
  readonly port: number;
  /** Milliseconds of CPU that the processes of Forgehand used until now, without the commands that they started. */
  cpu(): Promise<number>;
}

/** How many processes work, and how many jobs of a stage each of them takes at once. */
export interface Size {
  readonly workers: number;
  readonly concurrency: number;
}

/** Start a forge, one process that receives, and those that work; all of them are ready when it resolves. */
export async function startCrew(place: Place, doing: Doing, size: Size): Promise<Crew> {
  const { workers, concurrency } = size;
  await using opened = new AsyncDisposableStack();
  const start = async (argv: readonly string[]): Promise<Measured> => {
    const started = await startMeasured(argv, process.env);
    opened.defer(() => started.stop());
    return started;
  };
  const forge = await start([join(import.meta.dirname, "forge.ts")]);
  const config = await writeConfig(place, `http://127.0.0.1:${forge.port}`, doing);
  const crew = [await start([COMMAND, "serve", "--no-worker", "--config", config])];
  const work = ["worker", "--concurrency", String(concurrency), "--host", "127.0.0.1", "--port", "0"];
  for (let count = 0; count < workers; count++)
    crew.push(await start([COMMAND, ...work, "--config", config]));
  const all = opened.move();
  return {
    port: crew[0]?.port ?? 0,
    async cpu() {
      const used = await Promise.all(crew.map((one) => one.usage()));
      return used.reduce((sum, { cpu }) => sum + cpu, 0) / 1_000;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
