import fc from "fast-check";

import { oddJson, oddNumber, oddText } from "./odd-values.ts";

/** One change of a payload. `at` counts its values in the order in which they are written. */
export interface Mutation {
  readonly at: number;
  readonly change: (value: unknown) => unknown;
}

type Container = Record<string, unknown>;
type Slot = readonly [Container, string];

/** A member that becomes this is not written. */
const GONE = undefined;

/** Stands for nesting until all is written, since JSON.stringify goes less deep than JSON.parse. */
const NESTED = /"nested (\d+) deep"/g;

/** Characters of a value that is repeated, and of a body: changes upon changes shall not fill the memory. */
const LARGEST_REPEATED = 500;
const LARGEST_BODY = 100_000;

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(400),
  change: fc.oneof(
    fc.constant(() => GONE),
    fc.constant(() => null),
    fc.constant((value: unknown) => [value]),
    fc.constant((value: unknown) => ({ value })),
    fc.integer({ min: 10, max: 10_000 }).map((depth) => () => `nested ${depth} deep`),
    fc.integer({ min: 2, max: 200 }).map((times) => (value: unknown) => repeated(value, times)),
    oddText.map((text) => () => text),
    oddText.map((text) => (value: unknown) => (typeof value === "string" ? value + text : text)),
    oddNumber.map((number) => () => number),
    oddJson.map((json) => () => json),
  ),
});

/** The body with values of its JSON changed; one that is no JSON stays as it is. */
export function mutate(body: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  const root: Container = { value: parsed(body) };
  if (root.value === undefined) return body;
  for (const { at, change } of mutations) {
    const slots = slotsIn(root);
    const [parent, key] = slots[at % slots.length] ?? [root, "value"];
    parent[key] = change(parent[key]);
  }
  const json = (JSON.stringify(root.value) as string | undefined) ?? "";
  // Looked at before anything is nested: many that are each deep would be longer than a string can be.
  const depths = [...json.matchAll(NESTED)].map(([, depth]) => Number(depth));
  const length = depths.reduce((sum, depth) => sum + nested(depth).length, json.length);
  if (length > LARGEST_BODY) return body;
  return Buffer.from(json.replace(NESTED, (_, depth) => nested(Number(depth))));
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}

/** Where all values are: their parents and keys. */
function slotsIn(container: object): Slot[] {
  return Object.entries(container).flatMap(([key, value]: [string, unknown]): Slot[] => [
    [container as Container, key],
    ...(typeof value === "object" && value !== null ? slotsIn(value) : []),
  ]);
}

function repeated(value: unknown, times: number): unknown {
  if (JSON.stringify([value]).length > LARGEST_REPEATED) return value;
  return typeof value === "string"
    ? value.repeat(times)
    : Array.from({ length: times }, () => structuredClone(value));
}

function nested(depth: number): string {
  return `${'[{"a":'.repeat(depth / 2)}1${"}]".repeat(depth / 2)}`;
}
