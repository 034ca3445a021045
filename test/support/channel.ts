import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A smee channel on loopback: an event stream to which a test sends messages as smee.io does. */
export interface Channel extends AsyncDisposable {
  readonly url: string;
  /** Resolves when so many connections were made in all. */
  connections(count: number): Promise<void>;
  /** Send a delivery: its headers, and its body parsed. */
  send(headers: Readonly<Record<string, string>>, body: unknown): void;
  /** Send any text as a message. */
  sendRaw(data: string): void;
  /** Break the connections off. */
  drop(): void;
  /** Answer the next so many connections with 502. */
  refuse(count: number): void;
}

export async function openChannel(): Promise<Channel> {
  const open = new Set<ServerResponse>();
  const waiting: { count: number; resolve: () => void }[] = [];
  let made = 0;
  let refusals = 0;
  const server = createServer((_request, response) => {
    made++;
    for (const { count, resolve } of waiting) if (made >= count) resolve();
    if (refusals-- > 0) {
      response.writeHead(502).end();
      return;
    }
    open.add(response);
    response.on("close", () => open.delete(response));
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("retry: 10\nevent: ready\ndata: {}\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sendRaw = (data: string): void => {
    for (const response of open) response.write(`id: 1\ndata: ${data}\n\n`);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/channel`,
    connections: (count) =>
      made >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    send: (headers, body) => sendRaw(JSON.stringify({ ...headers, body, query: {}, timestamp: Date.now() })),
    sendRaw,
    drop: () => {
      for (const response of open) response.destroy();
    },
    refuse: (count) => {
      refusals = count;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
