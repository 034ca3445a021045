import { readdirSync, readFileSync } from "node:fs";

import type { DeliveryHeaders, Reading } from "../../src/core/delivery.ts";

/** A delivery as a forge sends it, with what it must be read as. */
export interface Fixture {
  readonly name: string;
  readonly headers: DeliveryHeaders;
  readonly body: Buffer;
  readonly reading: Reading;
}

const FOLDER = new URL("../../fixtures/", import.meta.url);

/** All fixtures of a kind of forge, by name. */
export function fixtures(kind: string): Fixture[] {
  return readdirSync(new URL(`${kind}/`, FOLDER)).map((name) => fixture(kind, name));
}

export function fixture(kind: string, name: string): Fixture {
  const file = (part: string) => readFileSync(new URL(`${kind}/${name}/${part}`, FOLDER));
  return {
    name,
    headers: lowerCase(JSON.parse(file("headers.json").toString()) as Record<string, string>),
    body: file("body.json"),
    reading: JSON.parse(file("reading.json").toString()) as Reading,
  };
}

/** Headers as a server hands them on: with lower-case names. */
export function lowerCase(headers: Readonly<Record<string, string>>): DeliveryHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
