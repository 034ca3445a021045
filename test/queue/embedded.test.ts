import { describe, expect, it } from "@jest/globals";

import { embeddedQueue } from "../../src/queue/embedded.ts";
import { queueContract } from "../contracts/queue.ts";

queueContract({ name: "the embedded queue", open: () => Promise.resolve(embeddedQueue()) });

describe("the embedded queue", () => {
  const { signal } = new AbortController();
  const drain = async (queue: ReturnType<typeof embeddedQueue>) => {
    const subjects: string[] = [];
    for (;;) {
      const hint = await queue.next("match", { within: 0, signal });
      if (hint === undefined) return subjects;
      subjects.push(hint.subject);
    }
  };

  it("keeps one hint of a subject, in the order they came", async () => {
    const queue = embeddedQueue();
    for (const subject of ["1", "2", "1"]) queue.wake("match", subject);
    expect(await drain(queue)).toEqual(["1", "2"]);
  });

  it("drops hints beyond its bound rather than fill the memory", async () => {
    const queue = embeddedQueue();
    for (let subject = 0; subject < 20_000; subject += 1) queue.wake("match", String(subject));
    expect(await drain(queue)).toHaveLength(10_000);
  });
});
