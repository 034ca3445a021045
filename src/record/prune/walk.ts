import { sql } from "kysely";

import type { Pruned, PruneSlice } from "../../core/prune.ts";
import type { Tables } from "../engine.ts";

/** Rows that are looked at for each one that may go: most that are passed by went long ago, and cost little. */
const LOOKS = 8;

/** What a walk sees of a row. */
interface Look {
  readonly id: number;
  /** When it came to be. Rows are walked in the order of their ids, so that later ones are younger. */
  readonly since: number;
  /** Whether it is old enough to go. */
  readonly due: boolean;
}

/** How many rows a slice looks at. */
export const looksOf = ({ limit }: PruneSlice): number => limit * LOOKS;

/** The next deliveries of a walk, with the sizes of their bodies. */
export async function deliveryLooks({ db }: Tables, slice: PruneSlice) {
  const rows = await db
    .selectFrom("deliveries")
    .select(["id", "received_at as since", sql<number | null>`octet_length(body)`.as("bytes")])
    .where("id", ">", slice.after)
    .orderBy("id")
    .limit(looksOf(slice))
    .execute();
  return rows.map((row) => ({ ...row, due: isDue(slice, row.id, row.since) }));
}

/** Whether something goes: for its age, or for its place in the walk. */
export function isDue({ before, through }: PruneSlice, id: number, time: number | null): boolean {
  const isOld = before !== undefined && time !== null && time < before.getTime();
  return isOld || (through !== undefined && id <= through);
}

/**
 * What goes of the rows that a slice looks at: those that are due, as long as what they weigh fits the slice, and one in any
 * case. And where the walk goes on: it ends with a row that is too young, and begins there next time.
 */
export function walked<Row extends Look>(
  slice: PruneSlice,
  rows: readonly Row[],
  weight: (row: Row) => number,
): Pick<Pruned, "after" | "more"> & { chosen: Row[] } {
  const chosen: Row[] = [];
  let [after, left] = [slice.after, slice.limit];
  for (const row of rows) {
    if (!row.due && isYoung(slice, row)) return { chosen, after, more: false };
    const weighs = row.due ? weight(row) : 0;
    if (weighs > left && chosen.length > 0) return { chosen, after, more: true };
    if (weighs > 0) chosen.push(row);
    left -= weighs;
    after = row.id;
  }
  return { chosen, after, more: rows.length === looksOf(slice) };
}

/** Whether nothing that follows a row can be due, since all of it is younger. */
function isYoung({ before, through }: PruneSlice, { id, since }: Look): boolean {
  return (before === undefined || since >= before.getTime()) && (through === undefined || id > through);
}
