import type { HistoryReport } from "./history.ts";
import type { AgeReport, QueueFigures, QueueReport } from "./queue.ts";
import { row, verdict } from "./table.ts";

/** What was measured, for a person. */
export function queueTable({ limits, size, figures, growth, skipped, within }: QueueReport): string {
  const { rounds, seconds, perSecond } = size;
  const lines = [
    `${perSecond} deliveries a second for ${seconds} s, median of ${rounds} ${rounds === 1 ? "round" : "rounds"}`,
    row("", "empty jobs/s", "p50 ms", "p99 ms", "most ms", "CPU ms", "sleeping/s"),
  ];
  for (const one of figures) {
    const { empty, sleeping, boxed } = one;
    lines.push(row(nameOf(one), empty, ...cellsOf(one.starts), sleeping.toFixed(2)));
    if (boxed !== undefined) lines.push(row("  in the sandbox", "", ...cellsOf(boxed)));
  }
  for (const [engine, times] of Object.entries(growth)) {
    lines.push(`${engine}: sleeping runs grow ${times.toFixed(2)} times (at least ${limits.growth})`);
  }
  lines.push(...skipped.map((what) => `skipped: ${what}`));
  lines.push(
    `from the 2xx to the start of the command: p50 below ${limits.p50} ms, p99 below ${limits.p99} ms`,
  );
  return [...lines, "", verdict(within)].join("\n");
}

const nameOf = ({ engine, workers }: QueueFigures): string =>
  `${engine}, ${workers} ${workers === 1 ? "worker" : "workers"}`;

const cellsOf = ({ p50, p99, most, cpu }: QueueFigures["starts"]): string[] =>
  [p50, p99, most, cpu].map((value) => value.toFixed(1));

export function ageTable({ history, workers, rounds, most, engines, skipped, within }: AgeReport): string {
  const lines = [
    `After ${history.deliveries} deliveries and ${history.runs} runs, ${workers} workers, median of ${rounds} rounds`,
  ];
  for (const { engine, figures } of engines) {
    lines.push("", row(engine, "young", "old", `times (${most})`));
    for (const { name, young, old, times, within: good } of figures) {
      lines.push(row(name, young.toFixed(2), old.toFixed(2), `${times.toFixed(2)}${good ? "" : " OVER"}`));
    }
  }
  lines.push(...skipped.map((what) => `skipped: ${what}`));
  return [...lines, "", verdict(within)].join("\n");
}

export function historyTable({ deliveries, runs, seconds }: HistoryReport): string {
  return `${deliveries} deliveries and ${runs} runs, made in ${seconds} s`;
}
