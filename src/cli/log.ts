import { stripVTControlCharacters } from "node:util";

import { destination, pino } from "pino";

import type { Log } from "../core/log.ts";

/**
 * A log on stderr: one JSON object a line, or lines for a person on a terminal. LOG_FORMAT says `json` or `text` where
 * that is not what is wanted.
 */
export function createLog(level: string, environment: Readonly<Record<string, string | undefined>>): Log {
  const format = environment.LOG_FORMAT ?? (process.stderr.isTTY ? "text" : "json");
  const options = { level, base: undefined, timestamp: pinoTime };
  if (format !== "text") return pino(options, destination({ fd: 2, sync: true }));
  return pino(options, { write: (line: string) => process.stderr.write(readable(line)) });
}

const pinoTime = () => `,"time":"${new Date().toISOString()}"`;

const LEVELS: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/** A line of JSON as one for a person: time, level, message, and the data behind it. */
export function readable(line: string): string {
  const { level, time, msg, ...data } = JSON.parse(line) as { level: number; time: string; msg: string };
  const facts = Object.entries(data).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const text = [time.slice(11, 19), (LEVELS[level] ?? "").padEnd(5), msg, ...facts].join(" ");
  return `${printable(text).replaceAll("\n", " ")}\n`;
}

/** Text from elsewhere without what would steer a terminal. Newlines and tabs stay. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\n\t]/gu, "");
}
