import type { ClientRequest, IncomingMessage } from "node:http";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

import type { ProxyLimits } from "./limits.ts";
import type { Upstream } from "./upstream.ts";

/** What the API did. `asked` says whether it may have begun to work before the connection was lost. */
export type Asked =
  | { readonly kind: "answered"; readonly answer: IncomingMessage }
  | { readonly kind: "lost"; readonly asked: boolean; readonly slow: boolean; readonly why: string };

/** One request to the API, as it is to be sent. */
export interface Question {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number | string[] | undefined>>;
  readonly body: Buffer;
}

class Slow extends Error {}

/**
 * Send one request and wait for the head of its answer. Follows no redirect, and never throws. Aborting `signal` ends
 * it, also while the answer comes in.
 */
export async function ask(
  { base, agent }: Upstream,
  { path, headers, body }: Question,
  { limits, signal }: { limits: ProxyLimits; signal: AbortSignal },
): Promise<Asked> {
  const send = base.protocol === "https:" ? requestHttps : requestHttp;
  let connected = false;
  let outgoing: ClientRequest;
  try {
    outgoing = send({
      protocol: base.protocol,
      hostname: base.hostname.replace(/^\[|\]$/g, ""),
      port: base.port,
      method: "POST",
      path,
      headers: { ...headers, host: base.host },
      agent,
      signal,
    });
  } catch (error) {
    return { kind: "lost", asked: false, slow: false, why: codeOf(error) };
  }
  const connect = setTimeout(
    () => outgoing.destroy(new Slow(`it took no connection within ${limits.connect / 1_000} s`)),
    limits.connect,
  );
  outgoing.setTimeout(limits.idle, () =>
    outgoing.destroy(new Slow(`nothing came from it for ${limits.idle / 1_000} s`)),
  );
  outgoing.once("socket", (socket) =>
    whenReady(socket, () => {
      connected = true;
      clearTimeout(connect);
    }),
  );
  return await new Promise<Asked>((resolve) => {
    outgoing.once("response", (answer) => resolve({ kind: "answered", answer }));
    // Stays, since the connection can fail more than once.
    outgoing.on("error", (error) =>
      resolve({ kind: "lost", asked: connected, slow: error instanceof Slow, why: codeOf(error) }),
    );
    outgoing.once("close", () => clearTimeout(connect));
    outgoing.end(body);
  });
}

/** Call back as soon as something can be sent: over TLS, when both sides have shaken hands. */
function whenReady(socket: Socket, ready: () => void): void {
  if (socket instanceof TLSSocket && !hasShaken(socket)) socket.once("secureConnect", ready);
  else if (socket.connecting) socket.once("connect", ready);
  else ready();
}

/** Both properties are set by the handshake: `getProtocol` names a version before it too. */
function hasShaken(socket: TLSSocket): boolean {
  const { authorized, authorizationError } = socket as { authorized: boolean; authorizationError?: unknown };
  return authorized || (authorizationError !== undefined && authorizationError !== null);
}

/** `ECONNREFUSED` and the like, or our own words: messages of the system name addresses that are not the program's business. */
function codeOf(error: unknown): string {
  if (error instanceof Slow) return error.message;
  return error instanceof Error && "code" in error ? String(error.code) : "the connection was lost";
}
