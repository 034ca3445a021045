import type { HistorySize } from "./history/rows.ts";
import { rowsOf } from "./history/rows.ts";
import { openWriter } from "./history/write.ts";
import { rounded } from "./numbers.ts";
import { openAt } from "./store.ts";

/** What a busy installation has after some years. */
export const LONG_HISTORY: HistorySize = { deliveries: 1_000_000, runs: 200_000 };

/** Deliveries that are written at once. */
const SLICE = 5_000;

export interface HistoryReport extends HistorySize {
  readonly bench: "history";
  readonly seconds: number;
  readonly within: true;
}

/**
 * Make a history in a database (`sqlite:PATH` or the address of a PostgreSQL): so many deliveries with bodies of 300
 * bytes and what was decided of them, and so many runs with all that belongs to them. What is there stays. `progress` is
 * told the share that is written.
 */
export async function history(
  database: string,
  size: HistorySize,
  progress: (share: number) => void,
): Promise<HistoryReport> {
  const begun = performance.now();
  // Brings the tables up to date.
  await (await openAt(database)).close();
  const writer = await openWriter(database);
  try {
    const offset = await writer.ids();
    const now = Date.now();
    for (let from = 0; from < size.deliveries; from += SLICE) {
      await writer.write(rowsOf(from, Math.min(SLICE, size.deliveries - from), size, now, offset));
      progress(Math.min(1, (from + SLICE) / size.deliveries));
    }
  } finally {
    await writer.close();
  }
  const seconds = rounded((performance.now() - begun) / 1_000, 1);
  return { bench: "history", ...size, seconds, within: true };
}
