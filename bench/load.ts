import { once } from "node:events";
import { connect } from "node:net";

import { median, quantile } from "./numbers.ts";
import type { Kind, Secret } from "./payloads.ts";
import { requestMaker } from "./payloads.ts";

/** What the sending process is asked to do. */
export interface Load {
  readonly port: number;
  readonly secret: Secret;
  readonly kind: Kind;
  readonly count: number;
  readonly connections: number;
}

/** What it saw. */
export interface Sent {
  readonly perSecond: number;
  /** Milliseconds from the first byte sent to the last byte of the answer. */
  readonly p50: number;
  readonly p99: number;
  /** How often each answer came: its status and body. */
  readonly answers: Readonly<Record<string, number>>;
}

// Sends from a process of its own, over raw sockets: a client library would cost more than what is measured.
let serial = 0;
process.on("message", (load: Load) => void send(load).then((sent) => process.send?.(sent)));
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function send(load: Load): Promise<Sent> {
  const make = requestMaker(load.kind, load.secret);
  const requests = Array.from({ length: load.count }, () => make(serial++));
  const sockets = await Promise.all(
    Array.from({ length: load.connections }, async () => {
      const socket = connect({ port: load.port, host: "127.0.0.1", noDelay: true });
      await once(socket, "connect");
      return socket;
    }),
  );
  const times: number[] = [];
  const answers: Record<string, number> = {};
  const begun = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      const answerOf = reader(socket);
      for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
        const started = performance.now();
        socket.write(request);
        const answer = await answerOf();
        times.push(performance.now() - started);
        answers[answer] = (answers[answer] ?? 0) + 1;
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  for (const socket of sockets) socket.destroy();
  return { perSecond: load.count / seconds, p50: median(times), p99: quantile(times, 0.99), answers };
}

/** Reads one answer after the other: status and body. */
function reader(socket: ReturnType<typeof connect>): () => Promise<string> {
  let text = "";
  let waiting: PromiseWithResolvers<string> | undefined;
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
    const answer = complete(text);
    if (answer === undefined) return;
    text = "";
    waiting?.resolve(answer);
  });
  const fail = () => waiting?.reject(new Error("the receiver hung up"));
  socket.on("close", fail).on("error", fail);
  return () => (waiting = Promise.withResolvers<string>()).promise;
}

function complete(text: string): string | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.slice(0, end).toLowerCase();
  const body = text.slice(end + 4);
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  const whole = length === undefined ? body.endsWith("0\r\n\r\n") : body.length >= Number(length);
  return whole ? `${head.slice(9, 12)} ${body.trim()}` : undefined;
}
