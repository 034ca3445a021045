import type { Log } from "../../src/core/log.ts";

/** A log that keeps its lines, to see what was told and what was not. */
export function recordingLog(): { log: Log; lines: { level: string; message: string; data: object }[] } {
  const lines: { level: string; message: string; data: object }[] = [];
  const at = (level: string) => (data: object, message: string) => void lines.push({ level, message, data });
  const log: Log = {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: () => log,
  };
  return { log, lines };
}
