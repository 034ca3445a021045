import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

import { withoutNul } from "../postgres/pool.ts";

/** A value as both engines keep it: no type of a column has more. */
export type Value = null | number | string | Uint8Array;

/** A row, in the order of its table's columns. */
export type Row = readonly Value[];

/** What a table holds, in short: equal where the rows are the same, in whatever order. */
export interface Sum {
  readonly rows: number;
  /** 64 hexadecimal digits. */
  readonly checksum: string;
}

/** Sums have as many bits as SHA-256. */
const BITS = 256;
const DIGITS = BITS / 4;

/**
 * A value as the store in PostgreSQL has it: text without NUL. Fractions, which SQLite lets into columns of whole numbers,
 * are rounded: all of them are milliseconds or counts.
 */
export function toValue(value: unknown): Value {
  if (typeof value === "number") return Math.round(value);
  if (typeof value === "string") return withoutNul(value);
  if (value === null || value instanceof Uint8Array) return value;
  throw new Error(`No column has values of the type ${typeof value}.`);
}

/**
 * Sum up rows: the SHA-256 of each, added up. The sum does not depend on their order, since the engines sort text
 * differently, and putting a large table in order takes more room than reading it.
 */
export async function sumUp(slices: AsyncIterable<readonly Row[]>): Promise<Sum> {
  let [rows, sum] = [0, 0n];
  for await (const slice of slices) {
    for (const row of slice) sum += digestOf(row);
    rows += slice.length;
  }
  return { rows, checksum: BigInt.asUintN(BITS, sum).toString(16).padStart(DIGITS, "0") };
}

/** Each value is told from its neighbours and from those of other types; bytes follow with the length that was said. */
function digestOf(row: Row): bigint {
  const hash = createHash("sha256");
  hash.update(JSON.stringify(row.map((value) => (isBytes(value) ? { bytes: value.length } : value))));
  for (const value of row) if (isBytes(value)) hash.update(value);
  return BigInt(`0x${hash.digest("hex")}`);
}

const isBytes = (value: Value): value is Uint8Array => value instanceof Uint8Array;

/** Rows that are held in memory at once, and bytes of them: a single row may have more. */
const SLICE_ROWS = 500;
const SLICE_BYTES = 4 * 1024 ** 2;

/** Rows in slices of bounded size. Between two of them others get their turn. */
export async function* slicesOf(rows: Iterable<Row>): AsyncGenerator<readonly Row[], void, undefined> {
  let [slice, bytes]: [Row[], number] = [[], 0];
  for (const row of rows) {
    slice.push(row);
    bytes += sizeOf(row);
    if (slice.length < SLICE_ROWS && bytes < SLICE_BYTES) continue;
    yield slice;
    [slice, bytes] = [[], 0];
    await setImmediate();
  }
  if (slice.length > 0) yield slice;
}

function sizeOf(row: Row): number {
  let size = 0;
  for (const value of row) size += typeof value === "string" || isBytes(value) ? value.length : 8;
  return size;
}
