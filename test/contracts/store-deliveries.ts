import { describe, expect, it } from "@jest/globals";

import type { Decision } from "../../src/core/decision.ts";
import { ISSUE, SAME_NUMBER } from "../support/samples.ts";
import { arrival, ask, claimed, LONG, nothing } from "../support/store-samples.ts";
import type { Bench } from "./store-bench.ts";

const text = (body?: Uint8Array) => body && new TextDecoder().decode(body);

/** What every Store keeps about deliveries. */
export function deliveryTests(bench: () => Bench): void {
  describe("deliveries", () => {
    it("keeps a delivery as it came, with its match job", async () => {
      const { store, asked } = bench();
      const { delivery } = arrival();
      expect(await store.record(arrival({ rewritten: true }))).toBe("recorded");
      const claim = await claimed(store, "match");
      const { body, ...kept } = (await store.delivery(claim.subject))!;
      const { body: sent, ...facts } = delivery;
      expect(text(body)).toBe(text(sent));
      expect(kept).toEqual({ ...facts, rewritten: true, key: claim.subject, reading: "event", reason: "" });
      expect(asked).toEqual([`match ${claim.subject}`]);
    });

    it("adds no row for a delivery told twice, but asks for its match job again", async () => {
      const { store } = bench();
      await store.record(arrival());
      const claim = await claimed(store, "match");
      expect(await store.record(arrival())).toBe("duplicate");
      await store.complete(claim, nothing);
      expect(await store.claim("match", { lease: LONG })).toMatchObject({
        subject: claim.subject,
        revision: claim.revision + 1,
      });
      expect(await store.deliveries({ limit: 10 })).toHaveLength(1);
    });

    it("matches a delivery again that comes again after it was matched", async () => {
      const { store } = bench();
      await store.record(arrival());
      const claim = await claimed(store, "match");
      await store.complete(claim, nothing);
      expect(await store.record(arrival())).toBe("duplicate");
      expect(await store.claim("match", { lease: LONG })).toMatchObject({ subject: claim.subject });
    });

    it.each([
      ["forge", { forge: "other" }],
      ["door", { door: "coding-agent" }],
      ["id", { id: "delivery-2" }],
    ])("tells deliveries apart by their %s", async (_name, change) => {
      const { store } = bench();
      await store.record(arrival());
      expect(await store.record(arrival(change))).toBe("recorded");
      expect(await store.deliveries({ limit: 10 })).toHaveLength(2);
    });

    it("keeps what no automation could want as a light row, without body and job", async () => {
      const { store, asked } = bench();
      expect(await store.record(arrival({}, { wanted: false }))).toBe("ignored");
      expect(await store.record(arrival({}, { wanted: false }))).toBe("duplicate");
      const [kept] = await store.deliveries({ limit: 10 });
      expect((await store.delivery(kept!.key))!.body).toBeUndefined();
      expect(await store.claim("match", { lease: LONG })).toBeUndefined();
      expect(asked).toEqual([]);
    });

    it("keeps why a delivery was ignored", async () => {
      const { store } = bench();
      const reading = { kind: "ignored", reason: "Nothing happens on a star." } as const;
      expect(await store.record(arrival({}, { reading, wanted: false }))).toBe("ignored");
      expect(await store.deliveries({ limit: 1 })).toMatchObject([
        { reading: "ignored", reason: reading.reason },
      ]);
    });

    it("makes a light row whole when its delivery comes again and is wanted by now", async () => {
      const { store } = bench();
      await store.record(arrival({}, { wanted: false }));
      expect(await store.record(arrival())).toBe("recorded");
      const { subject } = await claimed(store, "match");
      expect(text((await store.delivery(subject))!.body)).toBe(text(arrival().delivery.body));
      expect(await store.deliveries({ limit: 10 })).toHaveLength(1);
    });

    it("keeps an unreadable delivery with its body and without a job", async () => {
      const { store } = bench();
      const reading = { kind: "unreadable", reason: "It is no JSON." } as const;
      expect(await store.record(arrival({}, { reading, wanted: false }))).toBe("recorded");
      expect(await store.record(arrival({}, { reading, wanted: false }))).toBe("duplicate");
      const [kept] = await store.deliveries({ limit: 1 });
      expect(await store.delivery(kept!.key)).toMatchObject({
        reading: "unreadable",
        reason: reading.reason,
      });
      expect(text((await store.delivery(kept!.key))!.body)).toBe(text(arrival().delivery.body));
      expect(await store.claim("match", { lease: LONG })).toBeUndefined();
    });

    it("records what comes at once, each exactly once", async () => {
      const { store } = bench();
      const other = await bench().another();
      const told = Array.from({ length: 120 }, (_, index) =>
        (index % 2 === 0 ? store : other).record(arrival({ id: `delivery-${index % 60}` })),
      );
      const answers = await Promise.all(told);
      expect(answers.filter((answer) => answer === "recorded")).toHaveLength(60);
      expect(answers.filter((answer) => answer === "duplicate")).toHaveLength(60);
      expect(await store.deliveries({ limit: 200 })).toHaveLength(60);
    });

    it("lists deliveries newest first, without bodies, by page and by forge", async () => {
      const { store } = bench();
      for (const id of ["1", "2", "3"]) await store.record(arrival({ id }));
      await store.record(arrival({ id: "4", forge: "acme" }));
      const ids = async (options: Parameters<typeof store.deliveries>[0]) =>
        (await store.deliveries(options)).map(({ id }) => id);
      expect(await ids({ limit: 2 })).toEqual(["4", "3"]);
      expect(await ids({ forge: "github", limit: 2 })).toEqual(["3", "2"]);
      const [newest] = await store.deliveries({ limit: 1 });
      expect(await ids({ before: newest!.key, limit: 9 })).toEqual(["3", "2", "1"]);
      expect(newest).not.toHaveProperty("body");
    });

    it("knows no delivery of a key that is none", async () => {
      expect(await bench().store.delivery("coding agent")).toBeUndefined();
      expect(await bench().store.delivery("4711")).toBeUndefined();
    });

    it("keeps the newest decisions with the delivery", async () => {
      const { store } = bench();
      await store.record(arrival());
      const [kept] = await store.deliveries({ limit: 1 });
      expect(kept).not.toHaveProperty("decisions");
      for (const outcome of ["waits", "run"] as const) {
        const decision: Decision = {
          automation: "test",
          event: 0,
          matched: true,
          reason: "The label is set.\u0000",
          stillToAsk: [],
          outcome,
        };
        await store.change((transaction) => transaction.keepDecisions(kept!.key, [decision]));
        expect((await store.delivery(kept!.key))!.decisions).toEqual([decision]);
      }
      expect(await store.deliveries({ limit: 1 })).toMatchObject([{ decisions: [{ outcome: "run" }] }]);
    });

    it("keeps a request, and replaces it in all but its key", async () => {
      const { store } = bench();
      const key = { automation: "coding-agent", forge: "github", repo: "42", thread: ISSUE };
      expect(await store.request(key)).toBeUndefined();
      const open = { ...key, generation: 1, state: "open", delivery: "1", labelling: "e1" } as const;
      const answered = { ...key, generation: 1, state: "answered", delivery: "1", run: 3 } as const;
      await store.change((transaction) => transaction.saveRequest(open));
      expect(await store.request(key)).toEqual(open);
      await store.change((transaction) => transaction.saveRequest(answered));
      expect(await store.request(key)).toEqual(answered);
      expect(await store.request({ ...key, thread: SAME_NUMBER })).toBeUndefined();
    });

    it("keeps a refusal once for an issue", async () => {
      const { store } = bench();
      const refusal = {
        forge: "github",
        repo: "42",
        thread: ISSUE,
        repoName: "octo/hello",
        actor: { id: "1", login: "alice" },
        text: "You may not.",
      };
      const refuse = (change = {}) => store.change((tx) => tx.refuse({ ...refusal, ...change }));
      expect(await refuse()).toBe(true);
      expect(await refuse({ text: "Still not." })).toBe(false);
      expect(await refuse({ thread: SAME_NUMBER })).toBe(true);
      expect(await store.refusals("github", "42", ISSUE)).toEqual([refusal]);
    });

    it("gives every process the same secret", async () => {
      const { store, another } = bench();
      const other = await another();
      const values = await Promise.all([store.secret("key", () => "one"), other.secret("key", () => "two")]);
      expect(new Set(values).size).toBe(1);
      expect(await store.secret("key", () => "three")).toBe(values[0]);
      expect(await store.secret("other", () => "four")).toBe("four");
    });

    it("can be asked whether it can be written, again and again", async () => {
      await bench().store.check();
      await bench().store.check();
    });

    it("undoes all of a transaction whose step throws", async () => {
      const { store, asked } = bench();
      const failing = store.change(async (transaction) => {
        await transaction.ask("report", "place");
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect(await store.jobs({ limit: 10 })).toEqual([]);
      expect(asked).toEqual([]);
      await ask(store, "report", "place");
      expect(asked).toEqual(["report place"]);
    });
  });
}
