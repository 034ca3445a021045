import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that the git server got. `user` is the name of accepted credentials. */
export interface GitRequest {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly user: string | undefined;
}

export interface GitServer {
  /** Address without a slash at its end; a bare repository `octo/hello.git` is at `<url>/octo/hello.git`. */
  readonly url: string;
  /** Every request so far, refused ones too. */
  readonly requests: readonly GitRequest[];
  close(): Promise<void>;
}

/** Who may fetch or push: passwords by name, or a judge of name and password. */
export type GitAccess =
  Readonly<Record<string, string>> | ((name: string, password: string, service: "fetch" | "push") => boolean);

/**
 * Serve the bare repositories below `root` on loopback by git's own `http-backend`. With `credentials` every request
 * must carry a name and password that they accept; without, everything is open.
 */
export async function startGitServer(options: { root: string; credentials?: GitAccess }): Promise<GitServer> {
  const requests: GitRequest[] = [];
  const server = createServer((request, response) => {
    const user = userOf(request, options.credentials);
    requests.push({ method: request.method ?? "", path: request.url ?? "", user });
    if (options.credentials !== undefined && user === undefined) {
      request.resume();
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      return;
    }
    serve(request, response, { root: options.root, user: user ?? "anonymous" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function userOf({ url = "", headers }: IncomingMessage, credentials: GitAccess = {}): string | undefined {
  const [scheme, encoded] = (headers.authorization ?? "").split(" ");
  if (scheme !== "Basic" || encoded === undefined) return undefined;
  const [name = "", ...rest] = Buffer.from(encoded, "base64").toString().split(":");
  const password = rest.join(":");
  if (typeof credentials === "function") {
    const service = url.endsWith("git-receive-pack") ? "push" : "fetch";
    return credentials(name, password, service) ? name : undefined;
  }
  return Object.hasOwn(credentials, name) && credentials[name] === password ? name : undefined;
}

/** One request as CGI (RFC 3875): the request's facts in variables, the answer's headers before its body. */
function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { root, user }: { root: string; user: string },
): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const backend = spawn("git", ["-c", "http.receivepack=true", "http-backend"], {
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      CONTENT_LENGTH: request.headers["content-length"],
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
      GIT_PROTOCOL: request.headers["git-protocol"]?.toString(),
      REMOTE_USER: user,
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  request.pipe(backend.stdin);
  backend.stdin.on("error", () => undefined);
  backend.on("error", () => response.destroy());
  let head = Buffer.alloc(0);
  backend.stdout.on("data", (chunk: Buffer) => {
    if (response.headersSent) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    answer(response, head.subarray(0, end).toString("latin1"));
    response.write(head.subarray(end + 4));
  });
  backend.stdout.on("end", () => {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  });
}

function answer(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
  response.flushHeaders();
}
