import fc from "fast-check";

import type { WebhookRequest } from "../../src/core/delivery.ts";
import type { Fixture } from "./fixtures.ts";
import { mutate, mutation } from "./mutate.ts";
import { oddText } from "./odd-values.ts";

const headerText = fc.oneof(fc.string({ maxLength: 60 }), oddText, fc.constant("Basic Og=="));

const json = fc.jsonValue({ maxDepth: 5 }).map((value) => Buffer.from(JSON.stringify(value)));
const anyBody = fc.oneof(json, fc.uint8Array({ maxLength: 300 }));

/** Requests that no forge would send: those of the fixtures with something changed, and some that have nothing of them. */
export function oddRequests(fixtures: readonly Fixture[]): fc.Arbitrary<WebhookRequest> {
  const genuine = fc.constantFrom(...fixtures);
  const names = [...new Set(fixtures.flatMap(({ headers }) => Object.keys(headers)))];
  const name = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom(...names, "authorization"));
  const anyHeaders = fc.dictionary(name, headerText, { maxKeys: 4 });

  const otherPayload = fc
    .tuple(genuine, fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([{ headers, body }, mutations]) => ({ headers, body: mutate(body, mutations) }));
  const otherHeaders = fc
    .tuple(genuine, anyHeaders)
    .map(([{ headers, body }, others]) => ({ headers: { ...headers, ...others }, body }));
  const otherBody = fc.tuple(genuine, anyBody).map(([{ headers }, body]) => ({ headers, body }));
  const other = fc.record({ headers: anyHeaders, body: anyBody });
  return fc.oneof(
    { weight: 7, arbitrary: otherPayload },
    { weight: 1, arbitrary: otherHeaders },
    { weight: 1, arbitrary: otherBody },
    { weight: 1, arbitrary: other },
  );
}
