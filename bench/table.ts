import type { IdleReport } from "./idle.ts";
import type { IngestReport, Receiver } from "./ingest.ts";
import type { NormaliseReport } from "./normalise.ts";
import type { PollReport } from "./poll.ts";
import type { SandboxReport } from "./sandbox.ts";

const NAMES: Readonly<Record<Receiver, string>> = {
  bare: "bare node:http, keeps nothing",
  probot: "Probot, empty handler, keeps nothing",
  forgehand: "Forgehand, keeps every delivery",
};

/** What was measured, for a person. */
export function ingestTable({
  kinds,
  connections,
  rounds,
  deliveries,
  limits,
  within,
}: IngestReport): string {
  const lines = [`${connections} connections, median of ${rounds} rounds of ${deliveries} deliveries`];
  for (const { forge, event, bytes, receivers, append, ratios } of kinds) {
    lines.push("", `${bytes / 1024} KB ${event} of ${forge}`);
    lines.push(row("", "deliveries/s", "CPU µs each", "p50 ms", "p99 ms"));
    for (const receiver of ["bare", "probot", "forgehand"] as const) {
      const figures = receivers[receiver];
      if (figures === undefined) continue;
      const { perSecond, cpu, p50, p99 } = figures;
      lines.push(row(NAMES[receiver], perSecond, cpu, p50.toFixed(2), p99.toFixed(2)));
    }
    lines.push(row("one append with fdatasync", "", "", append.p50.toFixed(2), append.p99.toFixed(2)));
    const compared = [
      ratios.bare !== undefined && `${ratios.bare.toFixed(2)} × bare (limit ${limits.bare})`,
      ratios.probot !== undefined && `${ratios.probot.toFixed(2)} × Probot (limit ${limits.probot})`,
    ];
    lines.push(`Forgehand's CPU: ${compared.filter((text) => text !== false).join(", ")}`);
  }
  return [...lines, "", verdict(within)].join("\n");
}

export function idleTable({ rounds, memory, ready, limits, within }: IdleReport): string {
  return [
    `The built server, median of ${rounds} starts`,
    `resident when idle  ${memory.toFixed(1)} MB (limit ${limits.memory})`,
    `ready after         ${ready.toFixed(2)} s (limit ${limits.ready})`,
    verdict(within),
  ].join("\n");
}

export function normaliseTable({ forges, rounds, bytes, limits, within }: NormaliseReport): string {
  const lines = [
    `A delivery of ${bytes / 1024} KB, median of ${rounds} rounds`,
    row("", "JSON.parse µs", "normalise µs", `ratio (${limits.ratio})`),
  ];
  for (const { kind, parse, normalise, ratio } of forges) {
    lines.push(row(kind, parse.toFixed(1), normalise.toFixed(1), ratio.toFixed(2)));
  }
  lines.push("", `1 MB of hostile JSON, milliseconds (limit ${limits.hostile})`);
  for (const { kind, hostile } of forges) {
    const times = Object.entries(hostile).map(([name, time]) => `${name} ${time.toFixed(1)}`);
    lines.push(kind.padEnd(24) + times.join(", "));
  }
  return [...lines, "", verdict(within)].join("\n");
}

export function pollTable({
  repositories,
  lists,
  unchanged,
  hour,
  each,
  interval,
  limits,
  within,
}: PollReport): string {
  const all = Object.values(lists).reduce((one, other) => one + other, 0);
  return [
    `${repositories} unchanged repositories of GitHub, looked at every ${interval} min`,
    ...Object.entries(lists).map(([list, requests]) => row(`requests for ${list}`, requests)),
    row("of all of these, answered 304", `${unchanged} of ${all}`),
    row(`at most for one look (limit ${limits.each})`, each),
    row(`at most in an hour (limit ${limits.hour})`, hour),
    verdict(within),
  ].join("\n");
}

export function sandboxTable({ rounds, plain, boxed, networked, limits, within }: SandboxReport): string {
  return [
    `the command \`true\`, median of ${rounds} rounds, in ms`,
    row("as a plain process", plain),
    row(`in a box (limit ${limits.box} more)`, boxed),
    row(`in a box with a network (${limits.network} more)`, networked),
    verdict(within),
  ].join("\n");
}

/** The last line of a table. */
export const verdict = (within: boolean) => (within ? "Within the limits." : "OVER THE LIMITS.");

/** One line of a table. */
export function row(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(38) + cells.map((cell) => String(cell).padStart(14)).join("");
}
