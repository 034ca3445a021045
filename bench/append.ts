import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

import { median, quantile } from "./numbers.ts";

/**
 * The least that any program must wait to keep bytes: append them to a file and have the disk confirm. Milliseconds,
 * one after the other, nothing else going on.
 */
export function measureAppend(folder: string, bytes: number, count: number): { p50: number; p99: number } {
  const body = Buffer.alloc(bytes, "x");
  const file = openSync(join(folder, `append-${bytes}`), "a");
  try {
    const times = Array.from({ length: count }, () => {
      const started = performance.now();
      writeSync(file, body);
      fdatasyncSync(file);
      return performance.now() - started;
    });
    return { p50: median(times), p99: quantile(times, 0.99) };
  } finally {
    closeSync(file);
  }
}
