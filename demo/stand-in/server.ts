import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import type { Answer } from "./answer.ts";
import type { Fault, FaultAnswer, RequestMatch } from "./faults.ts";
import { createFaults } from "./faults.ts";

/** A request that a stand-in got. */
export interface SeenRequest {
  readonly method: string;
  /** Path as it was sent, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names; the value of a token is not kept, its scheme is. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as data; undefined where there was none. */
  readonly body: unknown;
  /** Status that it was answered with; undefined while it is not, or never was. */
  answered?: number;
}

/** A request to be answered. `data`: its body as data; undefined where that is no JSON, an empty object for none. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly data: unknown;
}

/** The half of every stand-in that is the same: an HTTP server on loopback that notes requests and can be made to fail. */
export interface StandInServer {
  /** Its origin. */
  readonly origin: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Let the next request that matches meet a fault. */
  answerNext(match: RequestMatch, answer: FaultAnswer): Fault;
  close(): Promise<void>;
}

/** Headers that hold a token. */
const SECRET_HEADERS = ["authorization", "private-token"];

/** Listen on loopback. `headersOf`: what every answer carries, given how many requests there were. */
export async function startServer(options: {
  answer: (call: Call) => Promise<Answer>;
  headersOf?: (count: number) => Readonly<Record<string, string>>;
}): Promise<StandInServer> {
  const requests: SeenRequest[] = [];
  const faults = createFaults();
  let origin = "";

  /** One request: noted, then met by a fault or answered as usual. */
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await text(request).catch(() => "");
    const url = new URL(request.url ?? "/", origin);
    const { method = "GET", headers } = request;
    const seen = noted(request, url, raw);
    requests.push(seen);
    const fault = faults.take(method, url.pathname);
    if (fault?.answer === "reset") return void response.destroy();
    if (fault?.answer === "hang") await fault.released;
    const given = fault !== undefined && typeof fault.answer === "object" ? fault.answer : undefined;
    const answer =
      given ?? (await options.answer({ method, url, headers, data: raw === "" ? {} : read(raw) }));
    if (fault?.answer === "lose") return void response.destroy();
    seen.answered = answer.status;
    write(response, answer, options.headersOf?.(requests.length) ?? {});
  };

  const server = createServer((request, response) => void serve(request, response));
  origin = await listening(server);
  return {
    origin,
    requests,
    answerNext: (match, answer) => faults.add(match, answer),
    close: () => closed(server),
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await done;
}

function write(
  response: ServerResponse,
  { status, body, headers }: Answer,
  always: Readonly<Record<string, string>>,
): void {
  const isText = typeof body === "string";
  const type = isText ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
  response.writeHead(status, { "content-type": type, ...always, ...headers });
  response.end(body === undefined || isText ? body : JSON.stringify(body));
}

function noted({ method = "GET", headers }: IncomingMessage, url: URL, raw: string): SeenRequest {
  const kept = Object.entries(headers).map(([name, value]) => {
    const told = String(value);
    return [name, SECRET_HEADERS.includes(name) ? told.replace(/\S+$/, "***") : told];
  });
  return {
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(kept) as Record<string, string>,
    body: raw === "" ? undefined : read(raw),
  };
}

function read(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
