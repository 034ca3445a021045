import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { history, LONG_HISTORY } from "./history.ts";
import { idle } from "./idle.ts";
import { ingest } from "./ingest.ts";
import { normalise } from "./normalise.ts";
import { poll } from "./poll.ts";
import { ENGINES } from "./queue/places.ts";
import { ageTable, historyTable, queueTable } from "./queue-table.ts";
import { queue, queueAge, USUAL_SIZE } from "./queue.ts";
import { sandbox } from "./sandbox.ts";
import { idleTable, ingestTable, normaliseTable, pollTable, sandboxTable } from "./table.ts";

/** How long deliveries come for `queue --history`: of fewer, the slowest hundredth is two or three, and says little. */
const HISTORY_SECONDS = 20;

const USAGE = `Usage: npm run bench -- ingest|idle|normalise|poll|sandbox|queue|history [options]

  ingest              what it costs to receive a signed delivery and to keep it
  idle                memory of the idle server, and time until it is ready
  normalise           what it costs each adapter to read a delivery, and hostile JSON
  poll                requests that looking at 200 unchanged repositories takes
  sandbox             what a box adds to a command that does nothing
  queue               from the answer to a delivery to its command, with 1, 2 and 4 workers; takes 5 minutes
  queue --history     the same after a million deliveries, as times of a young store; takes 15 minutes
  history             makes a long history in a database: --into sqlite:PATH or postgres://…

  --rounds N          how often all is measured (ingest 5, idle 3, normalise 15, sandbox 20, queue 1, with --history 3)
  --deliveries N      how many each receiver gets in a round (2000); how many a history has (1000000)
  --runs N            how many runs a history has (200000)
  --seconds N         how long deliveries come for each figure of queue (8, with --history 20)
  --per-second N      how many deliveries come in a second (50)
  --engines NAMES     of queue: some of sqlite,postgres,postgres+rabbitmq
  --workers NUMBERS   of queue: such as 1,2,4
  --json              print one JSON object
  --check             exit 1 when a limit is passed
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    deliveries: { type: "string" },
    runs: { type: "string" },
    seconds: { type: "string" },
    "per-second": { type: "string" },
    engines: { type: "string" },
    workers: { type: "string" },
    history: { type: "boolean" },
    into: { type: "string" },
    json: { type: "boolean" },
    check: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});

const [name] = positionals;
const NAMES = ["ingest", "idle", "normalise", "poll", "sandbox", "queue", "history"];
if (values.help || name === undefined || !NAMES.includes(name)) {
  process[values.help ? "stdout" : "stderr"].write(USAGE);
  process.exit(values.help ? 0 : 2);
}

// The built program is measured, never the sources: stripping types costs memory and time.
const build = spawnSync(process.execPath, [join(import.meta.dirname, "../scripts/build.ts")], {
  stdio: ["ignore", 2, 2],
});
if (build.status !== 0) process.exit(1);

const rounds = (otherwise: number) => Number(values.rounds ?? otherwise);
const deliveries = Number(values.deliveries ?? 2000);
const ofHistory = {
  deliveries: Number(values.deliveries ?? LONG_HISTORY.deliveries),
  runs: Number(values.runs ?? LONG_HISTORY.runs),
};
if (name === "ingest") {
  const report = await ingest({ rounds: rounds(5), deliveries });
  tell(report, ingestTable(report));
} else if (name === "normalise") {
  const report = normalise({ rounds: rounds(15) });
  tell(report, normaliseTable(report));
} else if (name === "poll") {
  const report = await poll();
  tell(report, pollTable(report));
} else if (name === "sandbox") {
  const report = await sandbox({ rounds: rounds(20) });
  tell(report, sandboxTable(report));
} else if (name === "history") {
  if (values.into === undefined) throw new Error("say --into sqlite:PATH or --into postgres://…");
  const report = await history(values.into, ofHistory, (share) => {
    process.stderr.write(`\r${Math.round(share * 100)} %${share === 1 ? "\n" : ""}`);
  });
  tell(report, historyTable(report));
} else if (name === "queue") {
  await measureQueue();
} else {
  const report = await idle({ rounds: rounds(3) });
  tell(report, idleTable(report));
}

async function measureQueue(): Promise<void> {
  const { engines, workers, seconds } = values;
  const size = {
    ...USUAL_SIZE,
    // One round does not tell a store's age from what else the machine does.
    rounds: rounds(values.history === true ? 3 : USUAL_SIZE.rounds),
    seconds: Number(seconds ?? (values.history === true ? HISTORY_SECONDS : USUAL_SIZE.seconds)),
    ...(values["per-second"] !== undefined && { perSecond: Number(values["per-second"]) }),
    ...(engines !== undefined && { engines: ENGINES.filter((one) => engines.split(",").includes(one)) }),
    ...(workers !== undefined && { workers: workers.split(",").map(Number) }),
  };
  if (values.history === true) {
    const report = await queueAge(size, ofHistory);
    tell(report, ageTable(report));
  } else {
    const report = await queue(size);
    tell(report, queueTable(report));
  }
}

function tell(report: { within: boolean }, table: string): void {
  console.log(values.json ? JSON.stringify(report) : table);
  if (values.check && !report.within) process.exitCode = 1;
}
