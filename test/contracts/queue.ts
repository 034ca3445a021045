import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { Queue } from "../../src/core/queue.ts";

/** Long enough that a test that waits for it fails. */
const LONG = 60_000;
const AT_ONCE = 0;

/** What every queue must keep. Hints may be lost or doubled on the way; these are the ways that are ours. */
export function queueContract({ name, open }: { name: string; open: () => Promise<Queue> }): void {
  describe(`${name} as a queue`, () => {
    let queue: Queue;
    const { signal } = new AbortController();
    beforeEach(async () => {
      queue = await open();
    });
    afterEach(() => queue.close());

    const take = async (within: number) => {
      const hint = await queue.next("match", { within, signal });
      await hint?.done();
      return hint?.subject;
    };

    it("gives a hint to a worker that came later", async () => {
      queue.wake("match", "1");
      expect(await take(LONG)).toBe("1");
    });

    it("gives a hint to a worker that waits", async () => {
      const taken = take(LONG);
      queue.wake("match", "1");
      expect(await taken).toBe("1");
    });

    it("gives each hint to one worker", async () => {
      const taken = [take(LONG), take(LONG)];
      queue.wake("match", "1");
      queue.wake("match", "2");
      expect((await Promise.all(taken)).sort()).toEqual(["1", "2"]);
    });

    it("keeps the stages apart", async () => {
      queue.wake("run", "1");
      expect(await take(AT_ONCE)).toBeUndefined();
      const hint = await queue.next("run", { within: LONG, signal });
      expect(hint?.subject).toBe("1");
      await hint?.done();
    });

    it("gives nothing when nothing came in time", async () => {
      expect(await take(AT_ONCE)).toBeUndefined();
      expect(await take(5)).toBeUndefined();
    });

    it("lets those go who wait for a stage that is stirred, so that they look for themselves", async () => {
      const [waiting, other] = [take(LONG), queue.next("run", { within: LONG, signal })];
      queue.stir("match");
      expect(await waiting).toBeUndefined();
      queue.wake("run", "1");
      const hint = await other;
      expect(hint?.subject).toBe("1");
      await hint?.done();
    });

    it("lets a worker that goes down go at once", async () => {
      const closing = new AbortController();
      const waiting = queue.next("match", { within: LONG, signal: closing.signal });
      closing.abort();
      expect(await waiting).toBeUndefined();
      expect(await queue.next("match", { within: LONG, signal: closing.signal })).toBeUndefined();
    });

    it("loses no hint to a worker that went down before", async () => {
      const closing = new AbortController();
      const waiting = queue.next("match", { within: LONG, signal: closing.signal });
      closing.abort();
      await waiting;
      queue.wake("match", "1");
      expect(await take(LONG)).toBe("1");
    });

    it("lets those of a stage go, or all, when it is stirred, and goes on", async () => {
      const waiting = take(LONG);
      queue.stir("run");
      queue.stir("match");
      expect(await waiting).toBeUndefined();
      const again = take(LONG);
      queue.stir();
      expect(await again).toBeUndefined();
      queue.wake("match", "1");
      expect(await take(LONG)).toBe("1");
    });

    it("lets everybody go when it closes, and minds no late hint", async () => {
      const waiting = take(LONG);
      await queue.close();
      expect(await waiting).toBeUndefined();
      queue.wake("match", "1");
      expect(await take(LONG)).toBeUndefined();
    });
  });
}
