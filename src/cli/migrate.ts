import { resolve } from "node:path";

import type { Command } from "commander";

import { sqlitePath } from "../config/database.ts";
import { ForgehandError } from "../core/errors.ts";
import type { MoveOptions } from "../record/move.ts";
import { createLog } from "./log.ts";
import { comparedText } from "./migrate-text.ts";
import { createProgress } from "./progress.ts";
import { stopSignal } from "./signals.ts";
import type { ConfigOptions } from "./settings.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";

const ABOUT =
  "Move the history from SQLite into an empty database of PostgreSQL, all of it or nothing, and compare each table by counts and checksums. The old one is closed then.";

const EXAMPLES = `
Examples:
  PGPASSWORD=… forgehand migrate --to postgres://forgehand@db.example.com/forgehand
  forgehand migrate --from sqlite:./data/forgehand.db --to postgres://forgehand@db.example.com/forgehand
  forgehand migrate --check --from sqlite:./data/forgehand.db
  forgehand migrate --reopen --from sqlite:./data/forgehand.db
Where one of the two is not said it is the database of the config. Other processes can see what
stands on the command line: give the password by PGPASSWORD, ~/.pgpass or the config.
Stop Forgehand first. What is still running meanwhile writes nothing: forges are answered 503.
How it goes on is in docs/scaling.md.`;

export function addMigrate(program: Command): void {
  withConfigOptions(program.command("migrate"))
    .description(ABOUT)
    .option("--from <address>", "where the history is: sqlite:FILE")
    .option("--to <address>", "where it goes: postgres://USER@HOST/DATABASE")
    .option("--check", "only compare what both have, and change nothing")
    .option("--reopen", "let a file go on whose history was moved away, without what came since")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(migrate);
}

interface MigrateOptions extends ConfigOptions {
  readonly from?: string;
  readonly to?: string;
  readonly check?: true;
  readonly reopen?: true;
  readonly json?: true;
}

async function migrate({ check, reopen, json, ...options }: MigrateOptions): Promise<void> {
  const places = placesOf({ ...options, reopen });
  const from = sourceOf(places.from);
  const say: Say = (facts, text) => console.log(json ? JSON.stringify(facts) : text());
  if (reopen) {
    await reopenFile(from, say);
    return;
  }
  const log = createLog("warn", process.env);
  const how = { from, to: targetOf(places.to), log, signal: stopSignal(), onProgress: progress() };
  await (check ? compare(how, say) : move(how, say));
}

/** What is said: for a person, or as JSON. */
type Say = (facts: object, text: () => string) => void;

async function reopenFile(from: string, say: Say): Promise<void> {
  const { reopenSource } = await import("../record/move/source.ts");
  const reopened = await reopenSource(from);
  const told = reopened ? "goes on again" : "was not moved away, so there is nothing to do";
  say({ path: from, reopened }, () => `${from}: ${told}`);
}

async function move(options: MoveOptions, say: Say): Promise<void> {
  const { moveStore } = await import("../record/move.ts");
  const began = performance.now();
  const { place, tables, copied } = await moveStore(options);
  const seconds = Math.round(performance.now() - began) / 1_000;
  const rows = tables.reduce((sum, { from }) => sum + from.rows, 0);
  say({ place, copied, seconds, tables }, () =>
    [
      comparedText(tables),
      copied
        ? `${rows} rows moved to ${place} and compared in ${seconds} s.`
        : `${rows} rows were in ${place} already, and are the same.`,
      `${options.from} is closed. Start Forgehand with the other address as its \`database\`.`,
    ].join("\n"),
  );
}

async function compare(options: MoveOptions, say: Say): Promise<void> {
  const { compareStores } = await import("../record/move.ts");
  const tables = await compareStores(options);
  const same = tables.every((one) => one.same);
  if (!same) process.exitCode = 1;
  const told = same ? "Both hold the same." : "They do not hold the same.";
  say({ same, tables }, () => [comparedText(tables), told].join("\n"));
}

/** Where from and where to: what was not said is the database of the config, as far as it can be read. */
function placesOf({ from, to, reopen, ...options }: MigrateOptions): { from: string; to: string } {
  if (from !== undefined && (to !== undefined || reopen)) return { from, to: to ?? "" };
  const { database } = loadOrThrow(options, "optional");
  return { from: from ?? database, to: to ?? database };
}

function sourceOf(from: string): string {
  const path = sqlitePath({ database: from });
  if (path !== undefined && path !== "") return resolve(path);
  throw wrong(
    "Say where the history is, such as --from sqlite:./data/forgehand.db. Only SQLite can be moved.",
  );
}

function targetOf(to: string): string {
  if (/^postgres(ql)?:\/\//.test(to) && URL.canParse(to)) return to;
  throw wrong(
    "Say where the history goes, such as --to postgres://forgehand@db.example.com/forgehand, with @ : / ? # % of a password percent-encoded.",
  );
}

const wrong = (message: string) => new ForgehandError("CONFIG_INVALID", message);

function progress(): MoveOptions["onProgress"] {
  let [step, table, of] = ["", "", 0];
  const tell = createProgress((rows) => `${table}: ${step} ${rows} of ${of} rows`);
  return (done) => {
    ({ step, table, of } = done);
    tell(done.rows);
  };
}
