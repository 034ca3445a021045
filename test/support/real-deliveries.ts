import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "@jest/globals";

import type { WebhookRequest } from "../../src/core/delivery.ts";
import type { CheckEvent, ForgeEvent } from "../../src/core/event.ts";
import { threadOf } from "../../src/core/event.ts";
import type { ForgeAdapter } from "../../src/core/forge.ts";
import { adapters } from "../../src/forges/index.ts";
import { lowerCase } from "./fixtures.ts";

/** Requests that forges really sent lie beside the repository, where they are at all: they are not ours to give away. */
const SHARED = new URL("../../../shared/", import.meta.url);

/** A request by the name of its file. */
export interface RealDelivery extends WebhookRequest {
  readonly name: string;
}

/** A request of a server that ran here, with the secret that its webhook had. */
export interface CapturedDelivery extends RealDelivery {
  readonly secret: string;
}

/** All payloads in a folder of `../shared/payloads`; none where it is absent. */
export function payloadsOf(forge: string): RealDelivery[] {
  const folder = new URL(`payloads/${forge}/`, SHARED);
  const names = filesIn(folder).filter((file) => !file.endsWith(".headers.json"));
  return names.map((file) => {
    const name = file.replace(/\.json$/, "");
    const headers = readFileSync(new URL(`${name}.headers.json`, folder), "utf8");
    return {
      name,
      headers: lowerCase(JSON.parse(headers) as Record<string, string>),
      body: readFileSync(new URL(file, folder)),
    };
  });
}

/** All requests of a server of `../shared/captures`, in the order in which they came; none where it is absent. */
export function capturesOf(server: string): CapturedDelivery[] {
  const folder = new URL(`captures/${server}/`, SHARED);
  return filesIn(folder).map((file) => {
    const { headers, body, secret } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as {
      headers: Record<string, string>;
      body: string;
      secret: string;
    };
    const name = file.replace(/\.json$/, "");
    return { name, headers: lowerCase(headers), body: Buffer.from(body), secret };
  });
}

function filesIn(folder: URL): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** What is to be seen of real deliveries. */
interface Expectation<Delivery extends RealDelivery> {
  readonly adapter: ForgeAdapter;
  readonly deliveries: readonly Delivery[];
  /** What each must be read as, by name and in the words of `readingInWords`. */
  readonly expected: Readonly<Record<string, string>>;
}

/**
 * See that payloads are read as a table says, which has all of them and no other, and that at the address of all forges
 * one adapter alone takes them. `more` holds other tests over the same deliveries.
 */
export function describePayloads(
  title: string,
  { adapter, deliveries, expected }: Expectation<RealDelivery>,
  more?: () => void,
): void {
  describeReal(title, { adapter, deliveries, expected }, () => undefined, more);
}

/** The same of captured requests, which must prove themselves by their secret, over their bytes, and by no other. */
export function describeCaptures(title: string, expectation: Expectation<CapturedDelivery>): void {
  const { adapter } = expectation;
  describeReal(title, expectation, ({ headers, body, secret }) => {
    const proof = (bytes: Uint8Array, known: string) =>
      adapter.verify({ headers, body: bytes }, [known], new Date()).state;
    expect(proof(body, secret)).toBe("proven");
    expect(proof(body, `${secret} `)).toBe("unproven");
    expect(proof(Buffer.concat([body, Buffer.from(" ")]), secret)).toBe("unproven");
    expect(adapter.identify({ headers, body }).id).toMatch(/^[0-9a-f-]{36}$/);
    expect(adapter.withoutSecret?.({ headers, body })).toBeUndefined();
  });
}

function describeReal<Delivery extends RealDelivery>(
  title: string,
  { adapter, deliveries, expected }: Expectation<Delivery>,
  check: (delivery: Delivery) => void,
  more?: () => void,
): void {
  if (deliveries.length === 0) {
    it.skip(`${title} (skipped where ../shared is absent)`, () => undefined);
    return;
  }
  describe(title, () => {
    it.each(deliveries)("reads $name right", (delivery) => {
      expect(readingInWords(adapter, delivery)).toBe(expected[delivery.name]);
      expect(takersOf(delivery)).toEqual([adapter.kind]);
      check(delivery);
    });

    it("has every delivery of the table, and no other", () => {
      expect(deliveries.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
    });

    more?.();
  });
}

/** The kinds that take a request for theirs. */
function takersOf(request: WebhookRequest): string[] {
  return adapters.filter((adapter) => adapter.recognises(request)).map(({ kind }) => kind);
}

/** What an adapter reads in a request: its events in words, or why there is none; of what is missing the first place. */
function readingInWords(
  adapter: Pick<ForgeAdapter, "identify" | "normalise">,
  request: WebhookRequest,
): string {
  const reading = adapter.normalise({ ...request, event: adapter.identify(request).event });
  if (reading.kind === "event") return reading.events.map(inWords).join("; ");
  return `${reading.kind}: ${reading.reason.replace(/: (?:Invalid input|Too small).*/, "")}`;
}

/** Everything of an event by which something is started, on one line. */
function inWords(event: ForgeEvent): string {
  const { kind, action, repo, actor, confidential } = event;
  return [
    `${kind} ${action}`,
    "label" in event && event.label !== undefined ? `"${event.label}"` : "",
    "assignee" in event && event.assignee !== undefined
      ? `${event.assignee.login} (${event.assignee.id})`
      : "",
    placeOf(event),
    `in ${repo.fullName} (${repo.id})`,
    `by ${actor.login || "nobody"}${actor.id === "" ? "" : ` (${actor.id})`}`,
    confidential ? "confidential" : "",
  ]
    .filter(Boolean)
    .join(" ");
}

function placeOf(event: ForgeEvent): string {
  if (event.kind === "push" || event.kind === "tag")
    return `${event.ref} ${short(event.before)}..${short(event.after)}`;
  if (event.kind === "check") return checkOf(event);
  const thread = threadOf(event);
  const pullRequest = "pullRequest" in event ? event.pullRequest : undefined;
  const { source, target, headSha, fork, draft } = pullRequest ?? {};
  return [
    event.kind === "comment" ? `on ${thread?.kind ?? ""}` : "",
    event.kind === "review" ? event.review.state : "",
    `#${thread?.number ?? ""}`,
    source === undefined ? "" : `${source.branch}->${target?.branch ?? ""}`,
    headSha === undefined ? "" : `at ${short(headSha)}`,
    fork ? "from fork" : "",
    draft ? "draft" : "",
  ]
    .filter(Boolean)
    .join(" ");
}

function checkOf({ check, branch, pullRequest }: CheckEvent): string {
  const { name, state, sha } = check;
  const on = [branch, pullRequest && `#${pullRequest.number}`].filter(Boolean).join(" ");
  return `${state} "${name}" at ${short(sha)}${on && ` on ${on}`}`;
}

const short = (sha = ""): string => sha.slice(0, 7);
