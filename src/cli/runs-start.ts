import type { Command } from "commander";
import { InvalidArgumentError } from "commander";

import type { Config } from "../config/schema.ts";
import type { Decision } from "../core/decision.ts";
import { ForgehandError } from "../core/errors.ts";
import type { Run } from "../core/run.ts";
import type { Store } from "../core/store.ts";
import { decided, overRun } from "../operate/await.ts";
import { Order } from "../operate/order.ts";
import { runFacts } from "../operate/run-facts.ts";
import { startByHand } from "../operate/start.ts";
import { withForge } from "./forge.ts";
import { printable } from "./log.ts";
import { runText } from "./runs-text.ts";
import type { ConfigOptions } from "./settings.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";
import { withStore } from "./store.ts";

/** How long a worker has to take it up before the command ends (ms), and how long the forge may take. */
const PATIENCE_MS = 10_000;
const FORGE_MS = 60_000;

interface StartOptions extends ConfigOptions {
  readonly repo: string;
  readonly forge?: string;
  readonly issue?: number;
  readonly pullRequest?: number;
  readonly ref?: string;
  readonly input: Readonly<Record<string, string>>;
  readonly id?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  forgehand runs start nightly --repo octo/hello
  forgehand runs start coding-agent --repo octo/hello --issue 7 --wait
  forgehand runs start deploy --repo octo/hello --ref refs/tags/v1.2 --input TARGET=staging`;

/** \`runs start\`: beside a server that runs, whose workers take it up. Exit code 1 where no run came of it. */
export function addRunsStart(runs: Command): void {
  withConfigOptions(runs.command("start <automation>"))
    .description("Start an automation by hand.")
    .requiredOption("--repo <full-name>", "the repository")
    .option("--forge <name>", "the forge, where the automation serves several")
    .option("--issue <number>", "on an issue", readNumber)
    .option("--pull-request <number>", "on a pull request", readNumber)
    .option("--ref <ref>", "on a branch, a full ref or a commit (else the default branch)")
    .option("--input <name=value>", "a variable FORGEHAND_INPUT_<NAME> of its command", readInput, {})
    .option("--id <id>", "makes it one run however often it is asked for")
    .option("--wait", "wait until the run is over; exit code 1 where it did not succeed")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(start);
}

async function start(automation: string, options: StartOptions): Promise<void> {
  const { repo, forge, issue, pullRequest, ref, input, id, wait = false, json = false, ...rest } = options;
  const config = loadOrThrow(rest);
  const order = readOrder({
    automation,
    repository: repo,
    forge,
    issue,
    pullRequest,
    ref,
    inputs: input,
    id,
  });
  await withStore(config, async (store) => {
    const started = await startByHand(toolsOf(config, store), order, AbortSignal.timeout(FORGE_MS));
    const decisions = await decided(store, started.delivery, PATIENCE_MS);
    const became = decisions?.find((one) => one.automation === automation);
    const run = became?.run === undefined ? undefined : await store.run(became.run);
    const last = run !== undefined && wait ? await overRun(store, run.id) : run;
    if (json) {
      const told = { ...started, outcome: became?.outcome ?? null, reason: became?.reason ?? null };
      console.log(JSON.stringify({ ...told, run: last === undefined ? null : runFacts(last) }, null, 2));
    } else console.log(printable(tell(started.delivery, became, last)));
    const failed = wait ? last?.state !== "succeeded" : became !== undefined && last === undefined;
    if (failed) process.exitCode = 1;
  });
}

function tell(delivery: string, became: Decision | undefined, run: Run | undefined): string {
  if (run !== undefined) return runText(run);
  if (became !== undefined) return `No run came of it: ${became.reason}`;
  return (
    `It is kept as delivery ${delivery}, but no worker has taken it up yet: it starts as soon as \`forgehand serve\` ` +
    `works. See \`forgehand explain ${delivery} --text\`.`
  );
}

const toolsOf = (config: Config, store: Store): Parameters<typeof startByHand>[0] => ({
  store,
  automations: config.automations,
  forges: Object.keys(config.forges),
  withForge: (name, work) => withForge(config, name, work),
});

function readOrder(written: object): Order {
  const order = Order.safeParse(written);
  if (order.success) return order.data;
  const message = order.error.issues.map(({ path, message: said }) => [...path, said].join(": ")).join("\n");
  throw new ForgehandError("CONFIG_INVALID", message);
}

function readNumber(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Write a number.");
}

function readInput(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write NAME=VALUE.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
