import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { Delivery, Receive } from "../../src/core/delivery.ts";
import { ForgehandError } from "../../src/core/errors.ts";
import { silent } from "../../src/core/log.ts";
import { createServer } from "../../src/receive/server.ts";
import type { Smee } from "../../src/receive/smee.ts";
import { startSmee } from "../../src/receive/smee.ts";
import { webhookRoutes } from "../../src/receive/webhooks.ts";
import type { Channel } from "../support/channel.ts";
import { openChannel } from "../support/channel.ts";
import { fake, fakeRequest } from "../support/fake-adapter.ts";
import { recordingLog } from "../support/recording-log.ts";

describe("a smee channel", () => {
  let stack: AsyncDisposableStack;
  let channel: Channel;
  let target: string;
  let receive: Receive;
  let recording: ReturnType<typeof recordingLog>;
  const arrivals: { wait: PromiseWithResolvers<Delivery> } = { wait: Promise.withResolvers() };

  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    channel = stack.use(await openChannel());
    recording = recordingLog();
    arrivals.wait = Promise.withResolvers();
    receive = (delivery) => {
      arrivals.wait.resolve(delivery);
      return Promise.resolve("recorded");
    };
    const server = stack.adopt(createServer({ log: silent }), (one) => one.close());
    webhookRoutes(server, {
      gate: { note: () => undefined },
      forges: [{ name: "acme", adapter: fake, secrets: ["s3cret"] }],
      adapters: [fake],
      automations: [],
      keys: () => Promise.resolve([]),
      receive: (delivery, reading) => receive(delivery, reading),
      log: silent,
    });
    target = `${await server.listen({ host: "127.0.0.1", port: 0 })}/webhooks`;
  });
  afterEach(() => stack.disposeAsync());

  function start(): Smee {
    return stack.adopt(startSmee({ url: channel.url, target, log: recording.log }), (smee) => smee.close());
  }

  function send(body: string): void {
    const { headers } = fakeRequest(body);
    const fromSmee = { ...headers, host: "smee.io", connection: "close", "content-length": "3" };
    channel.send(fromSmee, JSON.parse(body));
  }

  const COMPACT = '{"action":"labeled","title":"Größe <b>&amp;</b> \\"🛠\\"","n":1.5,"list":[null,true]}';

  it("a delivery in compact JSON reaches our own server with its signature intact", async () => {
    await start().connected;
    send(COMPACT);
    const delivery = await arrivals.wait.promise;
    expect([delivery.forge, delivery.id]).toEqual(["acme", "d-1"]);
    expect(Buffer.from(delivery.body).toString()).toBe(COMPACT);
  });

  it("a delivery in spaced JSON does not: its signature was over other bytes", async () => {
    await start().connected;
    const refused = seen("smee delivery not taken");
    send('{ "action": "labeled" }');
    expect(await refused).toMatchObject({ status: 401, offer: 1 });
  });

  it("a connection that broke off is made again", async () => {
    await start().connected;
    channel.drop();
    await channel.connections(2);
    send(COMPACT);
    await arrivals.wait.promise;
  });

  it("a channel that refuses us is tried again until it does not", async () => {
    channel.refuse(1);
    await start().connected;
    send(COMPACT);
    await arrivals.wait.promise;
    expect(recording.lines.map(({ message }) => message)).toContain("smee lost, connecting again");
  });

  it("a delivery that could not be kept is offered again", async () => {
    let offers = 0;
    const take = receive;
    receive = (delivery, reading) => {
      offers++;
      return offers === 1
        ? Promise.reject(new ForgehandError("STORE_BUSY", "busy"))
        : take(delivery, reading);
    };
    await start().connected;
    send(COMPACT);
    await arrivals.wait.promise;
    expect(offers).toBe(2);
  });

  it("a message that is no delivery is passed over", async () => {
    await start().connected;
    channel.sendRaw("{}");
    channel.sendRaw("nonsense");
    send(COMPACT);
    await arrivals.wait.promise;
    const odd = recording.lines.filter(({ message }) => message === "smee sent what is no delivery");
    expect(odd).toHaveLength(2);
  });

  it("closing ends it, connected or not", async () => {
    const connected = startSmee({ url: channel.url, target, log: silent });
    await connected.connected;
    await connected.close();
    const unreached = startSmee({ url: "http://127.0.0.1:1/", target, log: silent });
    await unreached.close();
  });

  /** The data of the first log line with this message, as soon as it is written. */
  async function seen(message: string): Promise<object> {
    const found = Promise.withResolvers<object>();
    const { log } = recording;
    const warn = log.warn.bind(log);
    log.warn = (data, text) => {
      warn(data, text);
      if (text === message) found.resolve(data);
    };
    return found.promise;
  }
});
