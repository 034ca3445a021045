import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request that came to a gate, with all of its body. */
export interface Asked {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  /** The body, a character for each byte. */
  readonly body: string;
}

/**
 * What a request meets instead of being passed on. `hold`: nothing, so that it never arrives. `swallow`: it arrives and
 * is done, but nobody hears the answer. `break`: its connection breaks at once.
 */
export type Meeting =
  | "hold"
  | "swallow"
  | "break"
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

/** A meeting that was arranged, for every request that it is for until it ends. */
export interface Trap {
  /** Resolves when a request has met it: a swallowed one when it is done. */
  readonly met: Promise<void>;
  /** How many have met it. */
  readonly count: number;
  /** Meet no more; those that it holds are passed on. */
  release(): void;
  /** Meet no more; the connections of those that it holds break. */
  end(): void;
}

/** A door on loopback before a server of the world: passes requests on, but for those that a test lets meet something. */
export interface Gate extends AsyncDisposable {
  /** Its address, to be used instead of the server's. */
  readonly url: string;
  /** Let requests meet something: all that the question says yes to, or the next so many of them. */
  trap(isMeant: (asked: Asked) => boolean, meeting: Meeting, times?: number): Trap;
}

export async function openGate(target: string): Promise<Gate> {
  const traps = new Set<Waiting>();
  const server = createServer((request, response) => {
    pass(target, traps, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trap(isMeant, meeting, times = Infinity) {
      const met = Promise.withResolvers<undefined>();
      const released = Promise.withResolvers<undefined>();
      const held = new Set<ServerResponse>();
      const waiting: Waiting = {
        isMeant,
        meeting,
        times,
        count: 0,
        held,
        meet: () => met.resolve(undefined),
        released: released.promise,
      };
      traps.add(waiting);
      return {
        met: met.promise,
        get count() {
          return waiting.count;
        },
        release() {
          traps.delete(waiting);
          released.resolve(undefined);
        },
        end() {
          traps.delete(waiting);
          for (const response of held) response.destroy();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Waiting {
  readonly isMeant: (asked: Asked) => boolean;
  readonly meeting: Meeting;
  readonly times: number;
  readonly held: Set<ServerResponse>;
  readonly meet: () => void;
  readonly released: Promise<undefined>;
  count: number;
}

async function pass(
  target: string,
  traps: ReadonlySet<Waiting>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  const body = await buffer(request);
  const asked = { method, path: url, body: body.toString("latin1") };
  const trap = [...traps].find(({ isMeant, count, times }) => count < times && isMeant(asked));
  const forward = () => answerOf(`${target}${url}`, { method, headers, body });
  if (trap === undefined) {
    send(response, await forward());
    return;
  }
  trap.count += 1;
  trap.held.add(response);
  if (trap.meeting === "swallow") await forward();
  trap.meet();
  if (trap.meeting === "break") response.destroy();
  else if (trap.meeting === "hold") {
    await trap.released;
    send(response, await forward());
  } else if (typeof trap.meeting === "object") {
    const { status, headers = {}, body = "" } = trap.meeting;
    send(response, { status, headers, body: Buffer.from(body) });
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function answerOf(
  url: string,
  { method, headers, body }: { method: string; headers: IncomingHttpHeaders; body: Buffer },
): Promise<Answer> {
  const passed = { ...plain(headers), host: new URL(url).host, "content-length": String(body.length) };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    ask(url, { method, headers: passed }, resolve).on("error", reject).end(body);
  });
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, plain(headers)).end(body);
}

/** Headers without those that belong to one connection: a body is sent on in one piece. */
function plain(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const own = ["connection", "keep-alive", "transfer-encoding", "expect"];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.includes(name)));
}
