import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";

import type { Budget, Prices, Usage } from "../../core/agent.ts";
import { ForgehandError, messageOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { createRoom } from "./body.ts";
import type { DialectName } from "./dialect.ts";
import { dialects } from "./dialects.ts";
import type { Exchanges } from "./exchange.ts";
import { exchange } from "./exchange.ts";
import { createHider } from "./hide.ts";
import { createLedger } from "./ledger.ts";
import type { ProxyLimits } from "./limits.ts";
import { PROXY_LIMITS } from "./limits.ts";
import { createToken } from "./token.ts";
import type { ProxyEnvironment } from "./upstream.ts";
import { openUpstream } from "./upstream.ts";

export interface ModelProxyOptions {
  readonly dialect: DialectName;
  /** Base address of the API as its vendor gives it (`https://api.openai.com/v1`); the vendor's own if not set. */
  readonly upstream?: string;
  /** The real key; empty for a server that wants none. */
  readonly key: string;
  readonly budget: Budget;
  /** Prices of the owner, over the list prices. */
  readonly prices?: Prices;
  /** A folder that the run's command cannot write. The socket is in a folder of its own in there. */
  readonly folder: string;
  /** Whether it listens on loopback too, for a command without a box: every account of this machine can knock there. */
  readonly loopback?: boolean;
  /** Names that requests may come for beside those of this machine, in small letters: the names of bridges. */
  readonly hosts?: readonly string[];
  /** The operator's own proxy, which https upstreams are asked by. */
  readonly environment?: ProxyEnvironment;
  readonly limits?: Partial<ProxyLimits>;
  readonly log: Log;
}

/** The way of one run to its model. */
export interface ModelProxy {
  /** Path of the Unix socket, which only our account can open. */
  readonly socket: string;
  /** `http://127.0.0.1:PORT`, where it listens on loopback too. */
  readonly loopback?: string;
  /** What the program takes for its key. It is worth nothing elsewhere, and nothing after the end. */
  readonly token: string;
  usage(): Usage;
  /** Aborts when something was refused for the budget; its reason is a sentence for people. */
  readonly spent: AbortSignal;
  /** End it with all that is in flight, which still counts. Safe to repeat. */
  close(): Promise<void>;
}

/** Bytes of a socket's path on Linux (unix(7)), without the zero at its end. */
const LONGEST_SOCKET_PATH = 107;
const MOST_CONNECTIONS = 64;
const CHECKS_OF_DEADLINES = 1_000;

/**
 * Open the one way that a run has to its model. The program speaks to it as to the API itself, with a token instead of
 * the key; the key is added here and never goes the other way. Only the requests of the dialect go through, to the one
 * API of the configuration. Tokens and cost are counted, and nothing more is asked once the budget is spent: what is in
 * flight then still ends, so the budget can be passed by the requests in flight at that time.
 *
 * Throws CONFIG_INVALID for an address or key that cannot be used, COMMAND_NOT_STARTED where nothing can be listened on.
 */
export async function openModelProxy(options: ModelProxyOptions): Promise<ModelProxy> {
  const { budget, prices = {}, key, environment = {}, log } = options;
  const dialect = dialects[options.dialect];
  const upstream = openUpstream(options.upstream ?? dialect.vendor, { key, environment });
  const over = new AbortController();
  const spent = new AbortController();
  const limits = { ...PROXY_LIMITS, ...options.limits };
  const run: Exchanges = {
    dialect,
    upstream,
    key,
    token: createToken(),
    hosts: options.hosts ?? [],
    limits,
    ledger: createLedger({ budget, prices }),
    hider: createHider(key),
    room: createRoom(limits.bodies),
    log,
    over: over.signal,
    spend: (sentence) => spent.abort(sentence),
    flying: 0,
  };
  const door = openDoor(run);
  const folder = await makeFolder(options.folder);
  const socket = join(folder, "model.sock");
  let closing: Promise<void> | undefined;
  const close = async () => {
    over.abort();
    await door.close();
    upstream.agent.destroy();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await door.listen({ path: withinLimit(socket) });
    // Its folder keeps others out until then.
    await chmod(socket, 0o600);
    const address = options.loopback === true ? await door.listen({ port: 0, host: "127.0.0.1" }) : undefined;
    return {
      socket,
      ...(address === undefined ? {} : { loopback: `http://127.0.0.1:${address.port}` }),
      token: run.token,
      usage: () => run.ledger.usage(),
      spent: spent.signal,
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await close();
    throw notOpened(error);
  }
}

async function makeFolder(parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    // mkdtemp makes it for our account alone (0700).
    return await mkdtemp(join(parent, "m-"));
  } catch (error) {
    throw notOpened(error);
  }
}

function withinLimit(socket: string): string {
  if (Buffer.byteLength(socket) <= LONGEST_SOCKET_PATH) return socket;
  throw new Error(
    `the path of its socket is longer than ${LONGEST_SOCKET_PATH} bytes, the most that there is; take a shorter data folder`,
  );
}

function notOpened(error: unknown): ForgehandError {
  return new ForgehandError(
    "COMMAND_NOT_STARTED",
    `The way to the model could not be opened (${messageOf(error)}), so the agent was not started.`,
    { retryable: true, cause: error },
  );
}

/** Where requests come in. */
interface Door {
  listen(at: { path: string } | { port: number; host: string }): Promise<AddressInfo | undefined>;
  /** Resolves when nothing is in flight any more. */
  close(): Promise<void>;
}

function openDoor(run: Exchanges): Door {
  const { limits } = run;
  const servers: Server[] = [];
  const going = new Set<Promise<void>>();
  const open = () => {
    const server = createServer({
      headersTimeout: limits.head,
      requestTimeout: limits.request,
      connectionsCheckingInterval: CHECKS_OF_DEADLINES,
    });
    server.maxConnections = MOST_CONNECTIONS;
    server.on("request", (request, response) => {
      const served = exchange(run, request, response).catch((error: unknown) => {
        run.log.error({ error: run.hider.text(messageOf(error)) }, "request to the model failed");
        response.destroy();
      });
      going.add(served);
      void served.then(() => going.delete(served));
    });
    server.on("connect", (_request, socket) => turnAway(socket));
    server.on("upgrade", (_request, socket) => turnAway(socket));
    servers.push(server);
    return server;
  };
  return {
    listen: async (at) => {
      const server = open();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(at, () => {
          server.off("error", reject);
          resolve();
        });
      });
      const address = server.address();
      return typeof address === "object" && address !== null ? address : undefined;
    },
    close: async () => {
      const closed = servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      );
      await Promise.all([...closed, ...going]);
    },
  };
}

/** Tunnels and other protocols lead past everything that is counted and checked here. */
function turnAway(socket: Duplex): void {
  socket.on("error", () => socket.destroy());
  const text = "Forgehand: this address opens no tunnels and speaks no other protocol.\n";
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    () => socket.destroy(),
  );
}
