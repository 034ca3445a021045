import { describe, expect, it } from "@jest/globals";

import { freePort } from "../../support/free-port.ts";
import { missingForRabbit } from "../../support/rabbitmq.ts";
import { rabbitScene } from "../../support/rabbitmq-scene.ts";
import { describeWith } from "../../support/services.ts";
import { until } from "../../support/until.ts";
import { layWire } from "../../support/wire.ts";

const AT_ONCE = 0;
const SHORT = 5;

/** Methods of the connection that only a broker in need sends (class 10, methods 60 and 61), as frames. */
const BLOCKED = Buffer.from([1, 0, 0, 0, 0, 0, 8, 0, 10, 0, 60, 3, ...Buffer.from("low"), 0xce]);
const UNBLOCKED = Buffer.from([1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 61, 0xce]);

describeWith(await missingForRabbit())("RabbitMQ in trouble", () => {
  const { rabbit, open, connected, take, told } = rabbitScene();

  describe("a broker that goes away", () => {
    it("is told once, as is that it is back, and gets then what was said meanwhile", async () => {
      await using wire = await layWire(rabbit());
      const [cut, other] = [await connected(rabbit().url({ port: wire.port })), await connected()];
      wire.cut();
      await until(() => told().length > 0);
      cut.wake("match", "1");
      cut.wake("match", "2");
      cut.wake("match", "1");
      wire.mend();
      expect([await take(other), await take(other)]).toEqual(["1", "2"]);
      const back = take(cut);
      other.wake("match", "3");
      expect(await back).toBe("3");
      expect(told()).toEqual(["warn QUEUE_UNREACHABLE", "info"]);
    });

    it("comes back after it closed the connection itself", async () => {
      const [queue, other] = [await connected(), await connected()];
      await rabbit().ctl("close_all_connections", "-p", rabbit().vhost, "for a test");
      await until(() => told().filter((line) => line === "info").length >= 2);
      const taken = take(queue);
      other.wake("match", "1");
      expect(await taken).toBe("1");
    });

    it("leaves a process its own hints", async () => {
      await using wire = await layWire(rabbit());
      const queue = await connected(rabbit().url({ port: wire.port }));
      const waiting = take(queue);
      wire.cut();
      await until(() => told().length > 0);
      queue.wake("match", "1");
      expect(await waiting).toBe("1");
      queue.wake("match", "2");
      expect(await take(queue)).toBe("2");
    });
  });

  describe("a broker that is not there", () => {
    it("costs nothing but the hints of others", async () => {
      const queue = open(rabbit().url({ port: await freePort() }));
      expect(await take(queue, "match", AT_ONCE)).toBeUndefined();
      expect(await take(queue, "match", SHORT)).toBeUndefined();
      queue.wake("match", "1");
      expect(await take(queue, "match", AT_ONCE)).toBe("1");
      await until(() => told().length > 0);
      await queue.close();
      expect(told()).toEqual(["warn QUEUE_UNREACHABLE"]);
    });

    it("lets hints wait, one of a subject, as many as fit", async () => {
      const queue = open(rabbit().url({ port: await freePort() }));
      for (let count = 0; count < 40_000; count += 1) queue.wake("match", String(count % 20_000));
      let kept = 0;
      while ((await take(queue, "match", AT_ONCE)) !== undefined) kept += 1;
      expect(kept).toBe(10_000);
    });
  });

  it("a broker short of memory gets the hints when it has some again", async () => {
    await using wire = await layWire(rabbit());
    const [queue, other] = [await connected(rabbit().url({ port: wire.port })), await connected()];
    wire.inject(BLOCKED);
    await until(() => told().includes("warn"));
    queue.wake("match", "1");
    expect(await take(other, "match", SHORT)).toBeUndefined();
    wire.inject(UNBLOCKED);
    expect(await take(other)).toBe("1");
    expect(told()).toEqual(["warn", "info"]);
  });

  it("a queue that was deleted is declared again, by who waits and by who tells", async () => {
    const [waiting, telling] = [await connected(), await connected()];
    const taken = take(waiting);
    await rabbit().with((channel) => channel.queueDelete("forgehand.match"));
    telling.wake("match", "1");
    expect(await taken).toBe("1");
    await rabbit().with((channel) => channel.queueDelete("forgehand.run"));
    telling.wake("run", "2");
    expect(await take(telling, "run")).toBe("2");
  });

  it("a classic queue of the same name is told once, and harms no other stage", async () => {
    const classic = { queue: "forgehand.tend", durable: true };
    await rabbit().with((channel) => channel.queueDelete("forgehand.tend"));
    await rabbit().with((channel) => channel.queueDeclare(classic));
    const [queue, other] = [await connected(), open()];
    await until(() => told().includes("error QUEUE_REFUSED"));
    const taken = take(queue);
    other.wake("match", "1");
    expect(await taken).toBe("1");
    queue.wake("tend", "2");
    expect(await take(queue, "tend")).toBe("2");

    await rabbit().with((channel) => channel.queueDelete("forgehand.tend"));
    const brought = take(queue, "tend");
    await until(() => told().filter((line) => line === "info").length >= 2);
    other.wake("tend", "3");
    expect(await brought).toBe("3");
  });

  describe("a broker that refuses us", () => {
    it.each([
      ["a wrong password", () => rabbit().url({ user: "guest:hunter2" })],
      ["an unknown vhost", () => `${rabbit().url()}-hunter2`],
    ])("for %s says so once, without the password, and hints reach this process", async (_what, url) => {
      const queue = open(url());
      queue.wake("match", "1");
      expect(await take(queue, "match", AT_ONCE)).toBe("1");
      await until(() => told().length > 0);
      expect(told()).toEqual(["error QUEUE_REFUSED"]);
      await queue.close();
    });

    it("nothing where the user has the rights that are documented, and says which queue lacks one", async () => {
      const name = `forgehand-test-${rabbit().vhost.slice(-12)}`;
      const allow = (write: string) =>
        rabbit().ctl("set_permissions", "-p", rabbit().vhost, name, "^forgehand\\.", write, "^forgehand\\.");
      await rabbit().ctl("add_user", name, "hunter2");
      try {
        await allow("^(forgehand\\.|amq\\.default$)");
        const queue = await connected(rabbit().url({ user: `${name}:hunter2` }));
        queue.wake("match", "1");
        expect(await take(queue)).toBe("1");
        expect(told()).toEqual([]);
        await queue.close();

        await allow("^forgehand\\.");
        const lacking = await connected(rabbit().url({ user: `${name}:hunter2` }));
        lacking.wake("match", "1");
        await until(() => told().length > 0);
        expect(told()[0]).toBe("error QUEUE_REFUSED");
      } finally {
        await rabbit().ctl("delete_user", name);
      }
    });
  });
});
