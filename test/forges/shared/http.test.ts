import { afterEach, describe, expect, it, jest } from "@jest/globals";

import { silent } from "../../../src/core/log.ts";
import { createFetch, type HttpOptions } from "../../../src/forges/shared/http.ts";
import { apiStandIn, json } from "../../support/api-stand-in.ts";

const open = (base: string, more: Partial<HttpOptions> = {}) =>
  createFetch({ forge: "tested", base, log: silent, ...more });

/** Time stands where the test puts it; timers and the network go on. */
function setClock(time: number) {
  jest.useFakeTimers({
    now: time,
    doNotFake: [
      "setTimeout",
      "clearTimeout",
      "setInterval",
      "clearInterval",
      "setImmediate",
      "clearImmediate",
    ].concat(["nextTick", "queueMicrotask", "performance", "hrtime"]) as never,
  });
}

afterEach(() => {
  jest.useRealTimers();
});

describe("the fetch of every client", () => {
  it("refuses an address of another origin without asking it", async () => {
    await using other = await apiStandIn((_, response) => json(response, 200, {}));
    const fetch = open("https://api.example.com");
    await expect(fetch(`${other.url}/x`)).rejects.toMatchObject({ code: "FORGE_REDIRECTED" });
    expect(other.requests).toEqual([]);
  });

  it("follows a redirect within the origin, with method and body kept", async () => {
    const bodies: string[] = [];
    await using api = await apiStandIn((request, response) => {
      request.on("data", (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on("end", () => {
        if (request.url === "/old") response.writeHead(301, { location: "/new" }).end();
        else json(response, 200, { method: request.method });
      });
    });
    const answer = await open(api.url)(`${api.url}/old`, { method: "POST", body: "said" });
    expect(await answer.json()).toEqual({ method: "POST" });
    expect(bodies).toEqual(["said", "said"]);
    expect(api.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST /old", "POST /new"]);
  });

  it("never turns a POST into a GET", async () => {
    await using api = await apiStandIn((_, response) => response.writeHead(303, { location: "/new" }).end());
    const call = open(api.url)(`${api.url}/old`, { method: "POST", body: "said" });
    await expect(call).rejects.toMatchObject({ code: "FORGE_REDIRECTED" });
    expect(api.requests).toHaveLength(1);
  });

  it("takes the way to a page for signing in for credentials that are not valid, and does not go there", async () => {
    await using api = await apiStandIn((_, response) =>
      response.writeHead(302, { location: "https://login.example/_signin?realm=x" }).end(),
    );
    const isSignIn = ({ pathname }: URL) => pathname === "/_signin";
    const call = open(api.url, { isSignIn })(`${api.url}/old`, { method: "POST", body: "said" });
    await expect(call).rejects.toMatchObject({ code: "FORGE_AUTH_FAILED", retryable: false });
    await expect(open(api.url)(`${api.url}/old`)).rejects.toMatchObject({ code: "FORGE_REDIRECTED" });
    expect(api.requests).toHaveLength(2);
  });

  it("does not go round in circles", async () => {
    await using api = await apiStandIn((_, response) =>
      response.writeHead(302, { location: "/again" }).end(),
    );
    await expect(open(api.url)(`${api.url}/again`)).rejects.toMatchObject({ code: "FORGE_REDIRECTED" });
  });

  it("gives up a body that does not end within the deadline", async () => {
    await using api = await apiStandIn((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write("{");
    });
    const call = open(api.url, { deadline: 100 })(`${api.url}/`);
    await expect(call).rejects.toMatchObject({ code: "FORGE_UNREACHABLE", retryable: true });
  });

  it("has no more in flight than it may", async () => {
    const waiting: (() => void)[] = [];
    let most = 0;
    await using api = await apiStandIn((_, response) => {
      waiting.push(() => response.end());
      most = Math.max(most, waiting.length);
      if (waiting.length === 2) waiting.splice(0).forEach((end) => end());
    });
    const fetch = open(api.url, { limits: { inFlight: 2, longestBreak: 10_000 } });
    await Promise.all(Array.from({ length: 6 }, () => fetch(`${api.url}/`)));
    expect(most).toBe(2);
    expect(api.requests).toHaveLength(6);
  });

  it("does not ask for a caller that has given up already", async () => {
    await using api = await apiStandIn((_, response) => response.end());
    const reason = new Error("given up");
    const call = open(api.url)(`${api.url}/`, { signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
    expect(api.requests).toEqual([]);
  });

  it("answers an empty 204", async () => {
    await using api = await apiStandIn((_, response) => response.writeHead(204).end());
    expect((await open(api.url)(`${api.url}/`)).status).toBe(204);
  });
});

describe("the breaker", () => {
  const failing = (status: () => number) => apiStandIn((_, response) => json(response, status(), {}));
  const times = async (count: number, call: () => Promise<unknown>) => {
    for (let n = 0; n < count; n += 1) await call().catch(() => undefined);
  };

  it("opens after five failures in a row and asks nothing for 10 s, then 20 s", async () => {
    setClock(1_000_000);
    let status = 500;
    await using api = await failing(() => status);
    const fetch = open(api.url);
    const call = () => fetch(`${api.url}/`);
    await times(5, call);
    await expect(call()).rejects.toMatchObject({
      code: "FORGE_BREAKER_OPEN",
      retryable: true,
      retryAfter: 10_000,
    });
    expect(api.requests).toHaveLength(5);

    setClock(1_010_000);
    await call();
    expect(api.requests).toHaveLength(6);
    setClock(1_029_999);
    await expect(call()).rejects.toMatchObject({ code: "FORGE_BREAKER_OPEN" });

    status = 200;
    setClock(1_030_000);
    await call();
    await call();
    expect(api.requests).toHaveLength(8);
  });

  it("counts connections that fail", async () => {
    await using api = await apiStandIn((request) => request.socket.destroy());
    const fetch = open(api.url);
    await times(5, () => fetch(`${api.url}/`));
    await expect(fetch(`${api.url}/`)).rejects.toMatchObject({ code: "FORGE_BREAKER_OPEN" });
  });

  it("stays closed whatever 4xx comes, and one of them ends a row of failures", async () => {
    const statuses = [500, 500, 500, 500, 404, 500, 500, 500, 500, 429, 429, 429, 429, 429, 429];
    let next = 0;
    await using api = await failing(() => statuses[next++] ?? 200);
    const fetch = open(api.url);
    await times(statuses.length, () => fetch(`${api.url}/`));
    expect((await fetch(`${api.url}/`)).status).toBe(200);
  });
});
