import { expect, it } from "@jest/globals";

import type { Reading } from "../../src/core/delivery.ts";
import type { ServedForge } from "../../src/receive/keep.ts";
import { createKeeper } from "../../src/receive/keep.ts";
import { createReceive } from "../../src/receive/receive.ts";
import { fake, fakeRequest } from "../support/fake-adapter.ts";
import { temporaryStore } from "../support/temporary.ts";

const FORGE: ServedForge = { name: "acme", adapter: fake, secrets: [] };

it("keeps a genuine request as if it had come to an address, without what is secret in its headers", async () => {
  await using kept = await temporaryStore();
  const keeper = createKeeper(createReceive({ store: kept.store, wants: () => true }));
  const { headers, body } = fakeRequest('{"a":1}', { id: "guid" });
  const request = { headers: { ...headers, "x-fake-token": "hidden", authorization: "Basic hidden" }, body };
  const delivery = keeper.deliveryOf(FORGE, "", request);
  expect(delivery).toMatchObject({ forge: "acme", door: "", id: "guid", event: "issues", headers, body });
  expect(JSON.stringify(delivery.headers)).not.toContain("hidden");

  expect(await keeper.keep(FORGE, delivery)).toMatchObject({
    recorded: "recorded",
    reading: { kind: "event" },
  });
  expect(await keeper.keep(FORGE, delivery)).toMatchObject({ recorded: "duplicate" });
  expect(await kept.store.knownDeliveries("acme", ["guid"])).toEqual(new Set(["guid"]));
});

it("goes by the forge's own door, where it has one", async () => {
  const opened: Reading[] = [];
  const door: ServedForge["door"] = async (delivery, reading, record) => {
    opened.push(reading);
    return record(delivery, reading);
  };
  const keeper = createKeeper(() => Promise.resolve("ignored"));
  const forge = { ...FORGE, door };
  const delivery = keeper.deliveryOf(forge, "deploy", fakeRequest('{"ignore":"why"}', { id: "" }));
  expect(delivery.id).toMatch(/^[0-9a-f]{64}$/);
  expect((await keeper.keep(forge, delivery)).recorded).toBe("ignored");
  expect(opened).toEqual([{ kind: "ignored", reason: "why" }]);
});
