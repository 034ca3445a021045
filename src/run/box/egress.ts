import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import { createServer, request } from "node:http";
import type { LookupFunction, Socket } from "node:net";
import { connect, isIP } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Address ranges of inner networks (RFC 1918, RFC 6598, RFC 4193). A host that is listed by its whole name may be there,
 * since its owner said so; whoever owns the domain of a wildcard must not be able to point a name of it there.
 */
const INNER = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/** What a command may reach. */
export interface Reach {
  readonly network: readonly string[];
  readonly bridges: Readonly<Record<string, string>>;
}

/** A proxy of one box. */
export interface Egress {
  close(): Promise<void>;
}

/**
 * Open the one way out of a box: an HTTP proxy on a Unix socket. It knows hosts by name only, never by an address, and
 * looks names up itself: what leads to this machine, to a link-local address (those of clouds' metadata are) or without
 * being named in full to an inner network, is refused. The proxy that Forgehand's own environment names is used, if any.
 */
export async function openEgress(socket: string, { network, bridges }: Reach): Promise<Egress> {
  const onward = network.length === 0 ? undefined : await openOnward(network);
  const server = createServer((incoming, response) => {
    const bridge = bridgeOf(bridges, incoming.url);
    if (bridge === undefined && onward === undefined)
      response.writeHead(403).end("No host may be reached.\n");
    else if (bridge === undefined) onward?.emit("request", incoming, response);
    else crossBridge(bridge, incoming, response);
  });
  server.on("connect", (incoming, client: Duplex, head: Buffer) => {
    const bridge = bridgeOf(bridges, `http://${incoming.url}`);
    if (bridge === undefined && onward === undefined) client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    else if (bridge === undefined) onward?.emit("connect", incoming, client, head);
    else tunnel(bridge, client, head);
  });
  const sockets = new Set<Socket>();
  server.on("connection", (client) => {
    sockets.add(client);
    client.once("close", () => sockets.delete(client));
  });
  // A connection on which nobody says anything is the business of the command's own time-out.
  server.requestTimeout = 0;
  server.listen(socket);
  await once(server, "listening");
  return {
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const client of sockets) client.destroy();
      await closed;
    },
  };
}

/** The proxy to the listed hosts. Its library is loaded only where there are some: it takes 38 MB of memory. */
async function openOnward(network: readonly string[]): Promise<Server> {
  const { createHttpProxyServer } = await import("@anthropic-ai/sandbox-runtime/dist/sandbox/http-proxy.js");
  const { matchesDomainPattern } =
    await import("@anthropic-ai/sandbox-runtime/dist/sandbox/domain-pattern.js");
  const { canonicalizeHost, resolveParentProxy } =
    await import("@anthropic-ai/sandbox-runtime/dist/sandbox/parent-proxy.js");
  return createHttpProxyServer({
    filter: (_, host) => {
      const name = canonicalizeHost(host);
      if (name === undefined || isIP(name) !== 0 || isOurs(name)) return false;
      return network.some((pattern) => matchesDomainPattern(name, pattern));
    },
    lookupFor: await lookupFor(network),
    parentProxy: resolveParentProxy(),
  });
}

/** Names that lead to whoever asks. */
const isOurs = (name: string): boolean => name === "localhost" || name.endsWith(".localhost");

async function lookupFor(network: readonly string[]): Promise<(port: number) => LookupFunction> {
  const { createResolvedAddressGuard } =
    await import("@anthropic-ai/sandbox-runtime/dist/sandbox/resolved-address-guard.js");
  const named = createResolvedAddressGuard();
  const guessed = createResolvedAddressGuard({ deniedResolvedAddresses: INNER });
  const names = new Set(network.map((name) => name.toLowerCase()));
  return (port) => (hostname, options, done) => {
    const guard = names.has(hostname.toLowerCase()) ? named : guessed;
    guard.lookupFor(port)(hostname, options, done);
  };
}

/** The socket that the address of a request leads to, if its host is one of ours. */
function bridgeOf(bridges: Reach["bridges"], address = ""): string | undefined {
  const url = URL.parse(address);
  if (url?.protocol !== "http:" || url.port !== "") return undefined;
  return Object.hasOwn(bridges, url.hostname) ? bridges[url.hostname] : undefined;
}

const crossBridge = (socketPath: string, ...[incoming, response]: Parameters<RequestListener>): void => {
  const { pathname, search, host } = new URL(incoming.url ?? "");
  const { method } = incoming;
  // What is meant for a proxy goes no further (RFC 9110, section 7.6.1).
  const own = Object.entries(incoming.headers).filter(([name]) => !name.startsWith("proxy-"));
  const headers = { ...Object.fromEntries(own), host };
  const outgoing = request({ socketPath, path: `${pathname}${search}`, method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on("error", () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end("Forgehand has nothing that listens there any more.\n");
  });
  response.on("close", () => outgoing.destroy());
  incoming.pipe(outgoing);
};

function tunnel(socketPath: string, client: Duplex, head: Buffer): void {
  const outgoing = connect(socketPath, () => {
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    outgoing.write(head);
    outgoing.pipe(client);
    client.pipe(outgoing);
  });
  outgoing.on("error", () => client.destroy());
  client.on("error", () => outgoing.destroy());
  client.on("close", () => outgoing.destroy());
}
