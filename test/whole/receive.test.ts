import { createHmac, randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { sign } from "../../demo/github/deliveries.ts";
import { send } from "../../demo/stand-in/delivery.ts";
import { OWNER } from "../../demo/world.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

let whole: Whole;

beforeAll(async () => {
  whole = await startWhole({ automations: { fix: { on: { label: "fix it" }, run: "true" } } });
}, 60_000);

afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

const address = () => `${whole.servers[0]!.url}/webhooks/github`;
const kept = async () => (await whole.store.deliveries({ limit: 200 })).length;

/** A label delivery, signed by somebody. */
async function labelled(secret: string) {
  const thread = whole.issue();
  const { repository } = thread;
  const about = { repository, actor: OWNER, thread };
  return sign(await whole.world.told({ kind: "labels", ...about, added: ["fix it"], removed: [] }), secret);
}

/** Any bytes, with a signature that is right. */
function signed(event: string, body: string | Uint8Array): { headers: Record<string, string>; id: string } {
  const id = randomUUID();
  const hmac = createHmac("sha256", whole.world.webhookSecret).update(body).digest("hex");
  const headers = {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": id,
    "x-hub-signature-256": `sha256=${hmac}`,
  };
  return { headers, id };
}

describe("a sender that is not proven", () => {
  it.each([
    [
      "signs with another secret",
      (right: string) => right.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
    ],
    ["signs with nothing", () => ""],
    ["names the scheme alone", () => "sha256="],
  ])("is refused when it %s, and nothing is kept", async (_, forge) => {
    const before = await kept();
    const { headers, body } = await labelled(whole.world.webhookSecret);
    const signature = forge(headers["x-hub-signature-256"] ?? "");
    const answer = await send(address(), { headers: { ...headers, "x-hub-signature-256": signature }, body });
    expect(answer.status).toBe(401);
    expect(await kept()).toBe(before);
  });

  it("is refused without a signature, and nothing is kept", async () => {
    const before = await kept();
    const { headers, body } = await labelled(whole.world.webhookSecret);
    const unsigned = Object.entries(headers).filter(([name]) => name !== "x-hub-signature-256");
    expect((await send(address(), { headers: Object.fromEntries(unsigned), body })).status).toBe(401);
    expect(await kept()).toBe(before);
  });

  it("is refused when it signs with an empty secret", async () => {
    expect((await send(address(), await labelled(""))).status).toBe(401);
  });
});

describe("a proven delivery", () => {
  it.each([
    ["is not JSON", Buffer.from("this is not JSON"), /JSON/],
    ["is not UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /UTF-8/],
  ])("that %s is kept as unreadable, and explain tells why", async (_, body, reason) => {
    const { headers, id } = signed("issues", body);
    const answer = await fetch(address(), { method: "POST", headers, body });
    expect(answer.status).toBe(200);
    const told = JSON.parse(await whole.cli("explain", id)) as { reading: { kind: string; reason: string } };
    expect(told.reading.kind).toBe("unreadable");
    expect(told.reading.reason).toMatch(reason);
  });

  it("of an event that nobody knows is answered 200 with a reason", async () => {
    const { headers } = signed("sponsorship", '{"action":"created"}');
    const answer = await send(address(), { headers, body: '{"action":"created"}' });
    expect(answer).toMatchObject({ status: 200, body: { reason: expect.stringContaining("sponsorship") } });
  });

  it("is kept once, however often it comes", async () => {
    const delivery = await labelled(whole.world.webhookSecret);
    const first = await send(address(), delivery);
    const second = await send(address(), delivery);
    expect([first.body, second.body]).toMatchObject([{ status: "recorded" }, { status: "duplicate" }]);
  });
});
