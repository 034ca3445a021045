import { describe, expect, it } from "@jest/globals";

import type { WebhookDoor } from "../../src/core/webhook-key.ts";
import type { Bench } from "./store-bench.ts";

const DOOR: WebhookDoor = { forge: "github", automation: "deploy" };
const OTHER: WebhookDoor = { forge: "acme", automation: "deploy" };
const HOUR_MS = 3_600_000;

/** What every Store keeps about the keys of private addresses. */
export function webhookKeyTests(bench: () => Bench): void {
  const add = (grace = 0, door = DOOR) =>
    bench().store.change((transaction) => transaction.addWebhookKey(door, { grace }));
  const remove = (door = DOOR) => bench().store.change((transaction) => transaction.removeWebhookKeys(door));
  const keys = async (door?: WebhookDoor) => (await bench().store.webhookKeys(door)).map(({ key }) => key);

  describe("keys of private addresses", () => {
    it("belong to one address each", async () => {
      const [one, two] = [await add(), await add(0, OTHER)];
      expect(one).toMatch(/^[A-Za-z0-9]{50}$/);
      expect(one).not.toBe(two);
      expect([await keys(DOOR), await keys(OTHER), await keys()]).toEqual([[one], [two], [two, one]]);
    });

    it("that were replaced count until their time is over, and are then forgotten", async () => {
      const [one, two] = [await add(), await add(HOUR_MS)];
      expect(await keys(DOOR)).toEqual([two, one]);
      const [newest, older] = await bench().store.webhookKeys(DOOR);
      expect(newest?.endsAt).toBeUndefined();
      expect(older?.endsAt?.getTime()).toBeGreaterThan(older?.madeAt.getTime() ?? Infinity);
      const three = await add();
      expect(await keys(DOOR)).toEqual([three]);
    });

    it("that end soon do not end later because of a newer one", async () => {
      const [one, two] = [await add(), await add(HOUR_MS)];
      const before = await bench().store.webhookKeys(DOOR);
      const three = await add(2 * HOUR_MS);
      const after = await bench().store.webhookKeys(DOOR);
      expect(after.map(({ key }) => key)).toEqual([three, two, one]);
      expect(after.at(-1)).toEqual(before.at(-1));
    });

    it("that are taken away are gone at once, from that address alone", async () => {
      await add();
      await add(HOUR_MS);
      const other = await add(0, OTHER);
      await remove();
      expect([await keys(DOOR), await keys(OTHER)]).toEqual([[], [other]]);
    });
  });
}
