import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { join } from "node:path";

import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import nock from "nock";

import type { Egress } from "../../../src/run/box/egress.ts";
import { openEgress } from "../../../src/run/box/egress.ts";
import type { Temporary } from "../../support/temporary.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const NETWORK = ["registry.example.com", "*.files.example.com"];

/** A proxy of a company, which answers instead of the hosts that it is asked for. */
let beyond: { port: number; asked: string[]; close: () => Promise<void> };
let folder: Temporary;
let egress: Egress;
const kept = { http: process.env.HTTP_PROXY, https: process.env.HTTPS_PROXY };

// The proxy's own requests go to loopback alone, but they name other hosts, which nock goes by.
beforeAll(() => nock.restore());

beforeEach(async () => {
  folder = await temporaryFolder();
  beyond = await startProxy();
  process.env.HTTP_PROXY = process.env.HTTPS_PROXY = `http://127.0.0.1:${beyond.port}`;
  egress = await openEgress(join(folder.path, "proxy"), {
    network: NETWORK,
    bridges: { "model.forgehand.internal": join(folder.path, "model") },
  });
});
afterEach(async () => {
  for (const [name, value] of [
    ["HTTP_PROXY", kept.http],
    ["HTTPS_PROXY", kept.https],
  ] as const) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  await egress.close();
  await beyond.close();
  await folder[Symbol.asyncDispose]();
});

async function startProxy(): Promise<typeof beyond> {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    response.end("from beyond");
  });
  server.on("connect", ({ url }, socket) => {
    asked.push(`CONNECT ${url}`);
    socket.end("HTTP/1.1 200 OK\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port, asked, close };
}

/** Ask the proxy for an address, word for word as a client does; the status and the body. */
async function ask(url: string, method = "GET"): Promise<{ status: number; text: string }> {
  const socket = connect(join(folder.path, "proxy"));
  socket.write(`${method} ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n\r\n`);
  let text = "";
  for await (const piece of socket.setEncoding("utf8")) text += String(piece);
  return { status: Number(text.split(" ")[1]), text: text.slice(text.indexOf("\r\n\r\n")) };
}

/** Ask for a tunnel; the first line of the answer. */
async function tunnel(to: string): Promise<string> {
  const socket = connect(join(folder.path, "proxy"));
  socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`);
  let text = "";
  for await (const piece of socket.setEncoding("utf8")) {
    text += String(piece);
    if (text.includes("\r\n")) break;
  }
  socket.destroy();
  return text.split("\r\n")[0] ?? "";
}

describe("the way out of a box", () => {
  it.each(["registry.example.com", "REGISTRY.example.com.", "a.files.example.com"])(
    "lets %s through",
    async (host) => {
      expect(await tunnel(`${host}:443`)).toMatch(/ 200 /);
      expect(await ask(`http://${host}/package`)).toMatchObject({
        status: 200,
        text: expect.stringContaining("from beyond"),
      });
      expect(beyond.asked).toHaveLength(2);
    },
  );

  it.each([
    "example.com",
    "evil-registry.example.com",
    "registry.example.com.evil.example.net",
    "files.example.com",
    "127.0.0.1",
    "[::1]",
    "169.254.169.254",
    "localhost",
    "registry.localhost",
    "2130706433",
    "0x7f000001",
  ])("refuses %s", async (host) => {
    expect(await tunnel(`${host}:443`)).toMatch(/ (400|403) /);
    expect((await ask(`http://${host}/`)).status).toBeGreaterThanOrEqual(400);
    expect(beyond.asked).toEqual([]);
  });

  it("leads the name of a bridge to its socket, for requests and tunnels, and tells it nothing of the proxy", async () => {
    const seen: unknown[] = [];
    const model = createServer(({ url, headers }, response) => {
      seen.push([url, headers.host, headers["proxy-authorization"]]);
      response.end("a model");
    });
    model.listen(join(folder.path, "model"));
    await once(model, "listening");
    try {
      const { text } = await ask("http://model.forgehand.internal/v1/messages?beta=true", "POST");
      expect(text).toContain("a model");
      expect(seen).toEqual([["/v1/messages?beta=true", "model.forgehand.internal", undefined]]);
      expect(await tunnel("model.forgehand.internal:80")).toMatch(/ 200 /);
      expect(await tunnel("model.forgehand.internal:443")).toMatch(/ 403 /);
    } finally {
      model.closeAllConnections();
      await new Promise((resolve) => model.close(resolve));
    }
  });

  it("says so where nobody listens behind a bridge", async () => {
    expect((await ask("http://model.forgehand.internal/")).status).toBe(502);
  });
});
