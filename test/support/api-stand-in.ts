import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback that stands in for a forge's API, and remembers what it was asked. */
export interface ApiStandIn extends AsyncDisposable {
  /** Its origin, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly requests: readonly {
    readonly method: string;
    readonly url: string;
    readonly authorization?: string;
  }[];
}

/** Start one that answers everything by `answer`. Disposing closes it with all its connections. */
export async function apiStandIn(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<ApiStandIn> {
  const requests: { method: string; url: string; authorization?: string }[] = [];
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push({
      method,
      url,
      ...(headers.authorization ? { authorization: headers.authorization } : {}),
    });
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answer with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  data: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(data));
}
