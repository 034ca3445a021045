import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { anthropic } from "./anthropic.ts";
import { chat } from "./chat.ts";
import { gemini } from "./gemini.ts";
import type { Scenario, Work } from "./play.ts";
import { editIn, scenarioOf, turnOf } from "./play.ts";
import { responses } from "./responses.ts";
import type { Dialect, Fields } from "./turn.ts";
import { fieldsOf } from "./turn.ts";

const DIALECTS: readonly Dialect[] = [anthropic, responses, chat, gemini];
/** Bytes of a request that are read at most: prompts and tools of a program are 30 to 80 kB. */
const LONGEST_BODY = 16 * 1024 * 1024;

/** A request that the model got. No key is kept: only whether it was one that the model takes. */
export interface ModelRequest {
  readonly method: string;
  readonly path: string;
  /** Headers without those that carry a key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly keyAccepted: boolean;
  readonly body: Fields;
}

/** A server on loopback that stands in for the APIs of models. */
export interface StandInModel extends AsyncDisposable {
  /** Its origin, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Every request so far, refused ones too. */
  readonly requests: readonly ModelRequest[];
}

/**
 * Start a model that thinks nothing: it makes the program that asks edit a file, then says that it is done. It speaks
 * Anthropic Messages, OpenAI Responses and Chat Completions, and Gemini. With `keys` it takes no others.
 */
export async function startModel(
  options: Partial<Work> & { scenario?: Scenario; keys?: readonly string[]; port?: number } = {},
): Promise<StandInModel> {
  const requests: ModelRequest[] = [];
  const { scenario = "ok", keys, port = 0, ...work } = options;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const path = new URL(request.url ?? "/", "http://localhost").pathname;
      const dialect = DIALECTS.find((one) => request.method === "POST" && one.serves(path));
      const keyAccepted = dialect !== undefined && accepts(dialect, request, keys);
      const { method = "" } = request;
      requests.push({ method, path, headers: headersOf(request), keyAccepted, body });
      if (dialect === undefined) answer(response, 404, { error: { message: "There is nothing here." } });
      else if (!keyAccepted) answer(response, 401, dialect.error(401, "The stand-in knows no such key."));
      else play(response, dialect, { body, path, scenario, work: { edit: editIn, ...work } });
    })().catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function play(
  response: ServerResponse,
  dialect: Dialect,
  given: { body: Fields; path: string; scenario: Scenario; work: Work },
): void {
  const ask = dialect.read(given.body, given.path);
  const scenario = scenarioOf(ask.model, given.scenario);
  if (scenario === "hang") return;
  const status = Number(scenario);
  if (status >= 400) {
    if (status === 429) response.setHeader("retry-after", "1");
    answer(response, status, dialect.error(status, `The stand-in says ${status}.`));
    return;
  }
  const turn = turnOf(ask, scenario, given.work);
  if (!ask.stream) {
    answer(response, 200, dialect.whole(turn, ask));
    return;
  }
  const events = dialect.stream(turn, ask);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  if (scenario !== "cut") response.end(events.join(""));
  else response.write(events.slice(0, Math.floor(events.length / 2)).join(""), () => response.destroy());
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Error("The request is too long for the stand-in.");
    chunks.push(chunk);
  }
  if (length === 0) return {};
  return fieldsOf(JSON.parse(Buffer.concat(chunks).toString("utf8")));
}

function accepts(
  { key }: Dialect,
  { headers }: IncomingMessage,
  keys: readonly string[] | undefined,
): boolean {
  const value = headers[key.header];
  if (typeof value !== "string" || !value.startsWith(key.prefix)) return false;
  return keys === undefined || keys.includes(value.slice(key.prefix.length));
}

const SECRET_HEADERS: readonly string[] = ["authorization", "x-api-key", "x-goog-api-key", "cookie"];

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" && !SECRET_HEADERS.includes(name) ? [[name, value]] : [],
    ),
  );
}
