import { describe, expect, it } from "@jest/globals";

import type { Delivery, Reading } from "../../src/core/delivery.ts";
import { createReceive } from "../../src/receive/receive.ts";
import { issueEvent } from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const delivery: Delivery = {
  forge: "acme",
  door: "deploy",
  id: "1",
  event: "issues",
  headers: {},
  body: Buffer.from("{}"),
  receivedAt: new Date(0),
};
const reading: Reading = { kind: "event", events: [issueEvent()] };

describe("receive", () => {
  it("a wanted delivery is kept whole with its match job", async () => {
    await using kept = await temporaryStore();
    const receive = createReceive({ store: kept.store, wants: () => true });
    expect(await receive(delivery, reading)).toBe("recorded");
    const [job] = await kept.store.jobs({ stage: "match", limit: 10 });
    expect((await kept.store.delivery(job!.subject))?.body).toEqual(new Uint8Array(delivery.body));
  });

  it("what no automation wants at that forge and door is a light row without a job", async () => {
    await using kept = await temporaryStore();
    const asked: unknown[] = [];
    const wants = (_reading: Reading, { forge, door }: { forge: string; door: string }) => {
      asked.push([forge, door]);
      return false;
    };
    expect(await createReceive({ store: kept.store, wants })(delivery, reading)).toBe("ignored");
    expect(asked).toEqual([["acme", "deploy"]]);
    expect(await kept.store.jobs({ limit: 10 })).toEqual([]);
  });

  it("the store gets three seconds, since the strictest forge hangs up after five", async () => {
    let deadline: number | undefined;
    const record = (_arrival: unknown, options?: { deadline?: number }) => {
      ({ deadline } = options ?? {});
      return Promise.resolve("recorded" as const);
    };
    await createReceive({ store: { record }, wants: () => true })(delivery, reading);
    expect(deadline).toBe(3_000);
  });
});
