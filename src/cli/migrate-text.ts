import type { Compared } from "../record/move.ts";
import { columnLines } from "./columns.ts";

/** Digits of a checksum that a person is shown; JSON has all of them. */
const SHOWN = 16;

const HEAD = ["table", "rows", "there", "checksum", "there", ""];

/** What two stores hold, a line for each table. */
export function comparedText(tables: readonly Compared[]): string {
  const rows = tables.map(({ table, from, to, same }) => [
    table,
    String(from.rows),
    String(to.rows),
    from.checksum.slice(0, SHOWN),
    to.checksum.slice(0, SHOWN),
    same ? "same" : "DIFFERENT",
  ]);
  return columnLines(HEAD, rows).join("\n");
}
