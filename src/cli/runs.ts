import type { Command } from "commander";
import { InvalidArgumentError } from "commander";

import { ForgehandError } from "../core/errors.ts";
import type { Run, RunState } from "../core/run.ts";
import { isOver, MOVES } from "../core/run.ts";
import type { Store } from "../core/store.ts";
import { cancelRun } from "../core/run-steps.ts";
import { repeated } from "../match/apply.ts";
import { retryRun } from "../operate/retry.ts";
import { runFacts } from "../operate/run-facts.ts";
import { printable } from "./log.ts";
import { addRunsStart } from "./runs-start.ts";
import { runLine, runText } from "./runs-text.ts";
import type { ConfigOptions } from "./settings.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";
import { withStore } from "./store.ts";

interface ListOptions extends ConfigOptions {
  readonly state?: RunState;
  readonly forge?: string;
  readonly repo?: string;
  readonly automation?: string;
  readonly limit: number;
  readonly json?: true;
}

export function addRuns(program: Command): void {
  const runs = program.command("runs").description("Look at runs; start, cancel and repeat them.");
  withConfigOptions(runs.command("list", { isDefault: true }))
    .description("The newest runs.")
    .option("--state <state>", `only in this state: ${Object.keys(MOVES).join(", ")}`, readState)
    .option("--forge <name>", "only on this forge")
    .option("--repo <id>", "only in this repository, by its id")
    .option("--automation <name>", "only of this automation")
    .option("--limit <number>", "how many, at most 200", readLimit, 20)
    .option("--json", "print JSON")
    .action(list);
  withConfigOptions(runs.command("show <id>"))
    .description("All that is known of a run.")
    .option("--json", "print JSON")
    .action(show);
  withConfigOptions(runs.command("log <id>")).description("What its command wrote.").action(printLog);
  withConfigOptions(runs.command("cancel <id>"))
    .description("End a run that is not over.")
    .option("--json", "print JSON")
    .action(cancel);
  withConfigOptions(runs.command("retry <id>"))
    .description("Repeat a run that is over, or let one that is paused start again.")
    .option("--json", "print JSON")
    .action(retry);
  addRunsStart(runs);
}

async function list({ state, forge, repo, automation, limit, json, ...options }: ListOptions): Promise<void> {
  const filter = { state, forge, repo, automation, limit };
  const found = await withStore(loadOrThrow(options, "optional"), (store) => store.runs(filter));
  if (json) console.log(JSON.stringify(found.map(runFacts), null, 2));
  else if (found.length === 0) console.log("There are no such runs.");
  else for (const run of found) console.log(runLine(run));
}

async function show(id: string, { json, ...options }: ConfigOptions & { json?: true }): Promise<void> {
  const run = await withStore(loadOrThrow(options, "optional"), (store) => find(store, id));
  console.log(json ? JSON.stringify(runFacts(run), null, 2) : runText(run));
}

async function printLog(id: string, options: ConfigOptions): Promise<void> {
  await withStore(loadOrThrow(options, "optional"), async (store) => {
    const run = await find(store, id);
    let after = 0;
    for (;;) {
      const chunks = await store.log(run.id, after);
      for (const { seq, text } of chunks) {
        process.stdout.write(printable(text));
        after = seq;
      }
      if (chunks.length === 0) break;
    }
    if (after === 0 && isOver(run.state) && run.startedAt !== undefined)
      console.error("Its log is not kept any more: retention.logs in the config says how long logs are.");
  });
}

async function cancel(id: string, { json, ...options }: ConfigOptions & { json?: true }): Promise<void> {
  const run = await withStore(loadOrThrow(options, "optional"), async (store) => {
    const found = await find(store, id);
    return store.change((transaction) => cancelRun(transaction, found.id, "Cancelled on the command line."));
  });
  if (json) console.log(JSON.stringify(runFacts(run), null, 2));
  else if (run.state === "cancelled") console.log(`Run ${run.id} is cancelled.`);
  else if (isOver(run.state)) console.log(`Run ${run.id} was over already: ${run.state}.`);
  else console.log(`Run ${run.id} is asked to stop; its worker ends the command.`);
}

async function retry(id: string, { json, ...options }: ConfigOptions & { json?: true }): Promise<void> {
  const { run, added, resumed } = await withStore(loadOrThrow(options, "optional"), async (store) => {
    const found = await find(store, id);
    return store.change((transaction) => retryRun(transaction, found.id, repeated));
  });
  if (json) console.log(JSON.stringify({ run: runFacts(run), added }, null, 2));
  else if (resumed) console.log(`Run ${run.id} was paused and starts again.`);
  else if (added) console.log(`Run ${run.id} repeats run ${id}.`);
  else console.log(`Run ${run.id} has repeated run ${id} already. Repeat that one, if it has to be.`);
}

async function find(store: Store, id: string): Promise<Run> {
  const run = /^[1-9]\d{0,14}$/.test(id) ? await store.run(Number(id)) : undefined;
  if (run !== undefined) return run;
  throw new ForgehandError(
    "NOT_FOUND",
    `There is no run ${printable(id)} here, or it was pruned. See \`forgehand runs\` for those that are.`,
  );
}

function readState(text: string): string {
  if (text in MOVES) return text;
  throw new InvalidArgumentError(`Choose one of ${Object.keys(MOVES).join(", ")}.`);
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 200) return limit;
  throw new InvalidArgumentError("Write a whole number from 1 to 200.");
}
