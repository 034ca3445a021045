import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";

import { beforeAll } from "@jest/globals";
import nock from "nock";

import type { DialectName } from "../../../src/agents/proxy/dialect.ts";
import type { ModelProxy, ModelProxyOptions } from "../../../src/agents/proxy/proxy.ts";
import { openModelProxy } from "../../../src/agents/proxy/proxy.ts";
import { recordingLog } from "../../support/recording-log.ts";
import { temporaryFolder } from "../../support/temporary.ts";

// What is on the wire counts here, to the byte: nock would read and write it anew. Only loopback is ever asked.
beforeAll(() => nock.restore());

/** The real key. It must never be seen on the program's side. */
export const KEY = "sk-real-0123456789/abcdef+KEY";

/** A request as the API got it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether its connection was lost before it was answered in whole. */
  lost: boolean;
}

export type Answer = (response: ServerResponse, received: Received) => void;

/** What the program sees of an answer: all bytes, the head included. */
export interface Seen {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether it was cut off. */
  readonly cut: boolean;
}

export interface Scene extends AsyncDisposable {
  readonly proxy: ModelProxy;
  readonly received: readonly Received[];
  /** All bytes that ever came back to the program. */
  readonly bytes: () => string;
  readonly lines: readonly object[];
  /** Ask as the program does. */
  readonly ask: (asked?: Asked) => Promise<Seen>;
  /** Write bytes of one's own to the socket, and read all that comes back. */
  readonly raw: (text: string) => Promise<string>;
}

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal;
  readonly onHead?: (answer: IncomingMessage) => void;
}

/** The addresses that programs ask, and where they put their key. */
export const PATHS: Readonly<Record<DialectName, string>> = {
  anthropic: "/v1/messages?beta=true",
  "openai-responses": "/v1/responses",
  "openai-chat": "/v1/chat/completions",
  gemini: "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
};

const BODIES: Readonly<Record<DialectName, object>> = {
  anthropic: { model: "claude-opus-5", stream: true, messages: [] },
  "openai-responses": { model: "gpt-5.5", stream: true, input: [] },
  "openai-chat": { model: "gpt-5.5", stream: true, stream_options: { include_usage: true }, messages: [] },
  gemini: { contents: [] },
};

export function keyHeader(dialect: DialectName, token: string): Record<string, string> {
  if (dialect === "anthropic") return { "x-api-key": token };
  return dialect === "gemini" ? { "x-goog-api-key": token } : { authorization: `Bearer ${token}` };
}

export const bodyOf = (dialect: DialectName, more: object = {}): string =>
  JSON.stringify({ ...BODIES[dialect], ...more });

type Given = Partial<Omit<ModelProxyOptions, "folder" | "log">>;

/** A proxy of one run, and an API on loopback behind it that answers by `answer`. */
export async function openScene(dialect: DialectName, answer: Answer, given: Given = {}): Promise<Scene> {
  const received: Received[] = [];
  const api = createServer((incoming, response) => void take(incoming, response));
  const take = async (incoming: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return;
    }
    const { method = "", url = "", headers } = incoming;
    const body = Buffer.concat(chunks).toString();
    const one: Received = { method, url, headers, body, lost: false };
    received.push(one);
    response.on("close", () => (one.lost = !response.writableFinished));
    answer(response, one);
  };
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  await using undo = new AsyncDisposableStack();
  undo.defer(async () => {
    api.closeAllConnections();
    await new Promise((resolve) => api.close(resolve));
  });
  const folder = undo.use(await temporaryFolder());
  const { log, lines } = recordingLog();
  const proxy = await openModelProxy({
    dialect,
    upstream: dialect.startsWith("openai") ? `${origin}/v1` : origin,
    key: KEY,
    budget: {},
    folder: folder.path,
    log,
    ...given,
  });
  undo.defer(() => proxy.close());
  const open = undo.move();
  const seen: string[] = [];
  return {
    proxy,
    received,
    lines,
    bytes: () => seen.join("\n"),
    ask: (asked) => askOver(dialect, proxy, seen, asked ?? {}),
    raw: (text) => rawOver(proxy.socket, text, seen),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function askOver(
  dialect: DialectName,
  { socket, token }: ModelProxy,
  seen: string[],
  {
    method = "POST",
    path = PATHS[dialect],
    headers = keyHeader(dialect, token),
    body,
    signal,
    onHead,
  }: Asked,
): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath: socket,
        method,
        path,
        headers: { host: "localhost", ...headers },
        agent: false,
        ...(signal ? { signal } : {}),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", () => undefined);
        answer.once("close", () => {
          const text = Buffer.concat(chunks).toString();
          seen.push(answer.rawHeaders.join("\n"), text);
          const { statusCode: status = 0, headers: got, complete } = answer;
          resolve({ status, headers: got, body: text, cut: !complete });
        });
        onHead?.(answer);
      },
    );
    outgoing.once("error", reject);
    outgoing.end(method === "POST" ? (body ?? bodyOf(dialect)) : undefined);
  });
}

function rawOver(socket: string, text: string, seen: string[]): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const line = connect(socket);
    const end = () => {
      const got = Buffer.concat(chunks).toString("latin1");
      seen.push(got);
      resolve(got);
    };
    line.on("data", (chunk) => chunks.push(chunk));
    line.once("close", end);
    line.on("error", () => undefined);
    line.end(text);
  });
}

/** Answer with server-sent events, all at once. */
export const events =
  (text: string): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    response.end(text);
  };

/** Answer with JSON in one piece. */
export const whole =
  (value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };

/** Events with a name, as Anthropic and Responses write them. */
export function named(...pieces: readonly (object & { type: string })[]): string {
  return pieces.map((piece) => `event: ${piece.type}\ndata: ${JSON.stringify(piece)}\n\n`).join("");
}

/** Events without a name, as Chat Completions and Gemini write them. */
export function unnamed(...pieces: readonly (object | string)[]): string {
  return pieces
    .map((piece) => `data: ${typeof piece === "string" ? piece : JSON.stringify(piece)}\n\n`)
    .join("");
}
