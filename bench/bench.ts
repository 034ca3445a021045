import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { idle } from "./idle.ts";
import { ingest } from "./ingest.ts";
import { normalise } from "./normalise.ts";
import { poll } from "./poll.ts";
import { sandbox } from "./sandbox.ts";
import { idleTable, ingestTable, normaliseTable, pollTable, sandboxTable } from "./table.ts";

const USAGE = `Usage: npm run bench -- ingest|idle|normalise|poll|sandbox [options]

  ingest              what it costs to receive a signed delivery and to keep it
  idle                memory of the idle server, and time until it is ready
  normalise           what it costs each adapter to read a delivery, and hostile JSON
  poll                requests that looking at 200 unchanged repositories takes
  sandbox             what a box adds to a command that does nothing

  --rounds N          how often all is measured (ingest 5, idle 3, normalise 15, sandbox 20)
  --deliveries N      how many each receiver gets in a round (2000)
  --json              print one JSON object
  --check             exit 1 when a limit is passed
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    deliveries: { type: "string" },
    json: { type: "boolean" },
    check: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});

const [name] = positionals;
const NAMES = ["ingest", "idle", "normalise", "poll", "sandbox"];
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
} else {
  const report = await idle({ rounds: rounds(3) });
  tell(report, idleTable(report));
}

function tell(report: { within: boolean }, table: string): void {
  console.log(values.json ? JSON.stringify(report) : table);
  if (values.check && !report.within) process.exitCode = 1;
}
