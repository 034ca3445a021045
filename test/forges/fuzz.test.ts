import { isDeepStrictEqual } from "node:util";

import { describe, it } from "@jest/globals";
import fc from "fast-check";
import { z } from "zod";

import type { WebhookRequest } from "../../src/core/delivery.ts";
import type { ForgeAdapter } from "../../src/core/forge.ts";
import { adapters } from "../../src/forges/index.ts";
import { fixtures } from "../support/fixtures.ts";
import { oddRequests } from "../support/odd-requests.ts";
import { WellFormedReading } from "../support/well-formed.ts";
import { within } from "../support/within.ts";

const CASES = process.env.FORGEHAND_TEST_SIZE === "nightly" ? 20_000 : 1_000;
const SEED = process.env.FORGEHAND_TEST_SEED;

/** Milliseconds after which a case counts as one that never ends. */
const HANGS = 5_000;
const DEADLINE = CASES * 60;
/** It asks nothing of what is tried, though its type says that it takes what nobody knows. */
const inTime = fc.interruptAfterTimeLimit(DEADLINE, { failOnInterrupt: true }) as fc.Plugin<[WebhookRequest]>;

const SECRETS = ["a secret of the tests", `whsec_${Buffer.alloc(32, 1).toString("base64")}`, "name:password"];
const NOW = new Date("2026-10-06T12:00:00Z");

describe("whatever a request holds, an adapter answers", () => {
  it.each(adapters.map((adapter) => [adapter.kind, adapter] as const))(
    "%s",
    (kind, adapter) => {
      const requests = oddRequests(fixtures(kind));
      fc.assert(
        fc.property(requests, (request) => within(HANGS, () => mustAnswer(adapter, request))),
        {
          numRuns: CASES,
          ...(SEED === undefined ? {} : { seed: Number(SEED) }),
          plugins: [inTime, () => ({ onAllRunsComplete: report })],
        },
      );
    },
    2 * DEADLINE,
  );
});

/** Throws where an adapter throws, or reads what no event of ours is, or not the same when asked again. */
function mustAnswer(adapter: ForgeAdapter, { headers, body }: WebhookRequest): void {
  const request = { headers: Object.freeze({ ...headers }), body };
  adapter.recognises(request);
  adapter.isPing?.(request);
  adapter.verify(request, SECRETS, NOW);
  adapter.withoutSecret?.(request);
  const { event } = adapter.identify(request);
  const reading = adapter.normalise({ event, ...request });
  const { error } = WellFormedReading.safeParse(reading);
  if (error !== undefined) throw new Error(`not well-formed: ${z.prettifyError(error)}`);
  for (const again of [body, Uint8Array.from(body)]) {
    if (!isDeepStrictEqual(adapter.normalise({ event, headers, body: again }), reading))
      throw new Error("normalise does not answer the same when it is asked again");
  }
}

/** What failed, so that a person can read it and make a fixture of it. */
function report(result: fc.RunDetails<[WebhookRequest]>): void {
  if (!result.failed) return;
  const { counterexample, seed, numRuns, errorInstance, interrupted } = result;
  if (counterexample === null) throw new Error(`stopped after ${numRuns} cases; interrupted: ${interrupted}`);
  const [{ headers, body }] = counterexample;
  throw new Error(
    [
      `case ${numRuns} fails: ${String(errorInstance)}`,
      `FORGEHAND_TEST_SEED=${seed} tries it again`,
      `headers ${JSON.stringify(headers, undefined, 2)}`,
      `body (${body.length} bytes) ${shown(Buffer.from(body).toString())}`,
    ].join("\n"),
    { cause: errorInstance },
  );
}

function shown(text: string): string {
  return text.length > 10_000 ? `${text.slice(0, 10_000)}…` : text;
}
