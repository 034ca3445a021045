import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";

/** A wire between a client and a server that can be cut, and spliced. */
export interface Wire extends AsyncDisposable {
  readonly port: number;
  /** Cut what goes through it, and let nothing through until it is mended. */
  cut(): void;
  mend(): void;
  /** Say something to the clients as if the server had said it. */
  inject(bytes: Uint8Array): void;
}

/** Lay one to a server; it goes through a port of its own. */
export async function layWire(to: { host: string; port: number }): Promise<Wire> {
  const clients = new Set<Socket>();
  let whole = true;
  const server = createServer((client) => {
    if (!whole) {
      client.destroy();
      return;
    }
    const far = connect(to);
    clients.add(client);
    client.pipe(far);
    far.pipe(client);
    const end = () => {
      clients.delete(client);
      client.destroy();
      far.destroy();
    };
    for (const socket of [client, far]) socket.on("error", end).on("close", end);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const drop = () => {
    for (const client of clients) client.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      whole = false;
      drop();
    },
    mend() {
      whole = true;
    },
    inject(bytes) {
      for (const client of clients) client.write(bytes);
    },
    async [Symbol.asyncDispose]() {
      drop();
      server.close();
      await once(server, "close");
    },
  };
}
