import { describe, expect, it } from "@jest/globals";

import type { StoreTransaction } from "../../src/core/store.ts";
import { newRun } from "../support/samples.ts";
import { ask, claimed, LONG, nothing, OVER } from "../support/store-samples.ts";
import { until } from "../support/until.ts";
import type { Bench } from "./store-bench.ts";

/** What every Store keeps about jobs: leases, fences, and that nothing asked for is forgotten. */
export function jobTests(bench: () => Bench): void {
  describe("jobs", () => {
    it("gives a job to one worker only", async () => {
      const { store, another } = bench();
      const other = await another();
      await ask(store, "report", "place");
      const claims = await Promise.all(
        [store, other, store].map((one) => one.claim("report", { lease: LONG })),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(claims.find(Boolean)).toMatchObject({
        attempts: 1,
        revision: 1,
        takenOver: false,
        again: false,
      });
    });

    it("gives the job that waits longest first, of the stage that was asked about", async () => {
      const { store } = bench();
      await ask(store, "match", "match");
      for (const subject of ["first", "second"]) {
        await ask(store, "report", subject);
        // The clock counts milliseconds: the next one is later.
        const [job] = await store.jobs({ stage: "report", limit: 1 });
        await until(() => Date.now() > job!.dueAt!.getTime() + 1);
      }
      expect((await claimed(store, "report")).subject).toBe("first");
      expect((await claimed(store, "report")).subject).toBe("second");
      expect(await store.claim("report", { lease: LONG })).toBeUndefined();
    });

    it("gives the job of one subject", async () => {
      const { store } = bench();
      await ask(store, "report", "one");
      await ask(store, "report", "two");
      expect(await store.claim("report", { lease: LONG, subject: "two" })).toMatchObject({ subject: "two" });
      expect(await store.claim("report", { lease: LONG, subject: "two" })).toBeUndefined();
      expect(await store.claim("report", { lease: LONG, subject: "three" })).toBeUndefined();
    });

    it("gives a run only to a worker that has all the tags that it asks for", async () => {
      const { store } = bench();
      const both = newRun({ key: "both", tags: ["arm", "gpu"] });
      const { run } = await store.change((transaction) => transaction.addRun(both));
      const subject = String(run.id);
      const claim = (...tags: string[]) => store.claim("run", { lease: LONG, tags });
      expect(await claim()).toBeUndefined();
      expect(await claim("gpu")).toBeUndefined();
      expect(await claim("gp", "arm", "ar")).toBeUndefined();
      expect(await store.claim("run", { lease: LONG, subject })).toBeUndefined();
      expect(await claim("fast", "gpu", "arm")).toMatchObject({ subject });
      expect(await store.run(run.id)).toMatchObject({ tags: ["arm", "gpu"] });
    });

    it("gives a worker with tags the runs that ask for none as well", async () => {
      const { store } = bench();
      const { run } = await store.change((transaction) => transaction.addRun(newRun({ key: "any" })));
      const subject = String(run.id);
      expect(await store.claim("run", { lease: LONG, tags: ["gpu"] })).toMatchObject({ subject });
    });

    it("ends a job with its completion", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      expect(await store.complete(await claimed(store, "report"), () => Promise.resolve(5))).toBe(5);
      expect(await store.jobs({ limit: 10 })).toEqual([]);
    });

    it("lets another worker take over when the lease ran out, and says so", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      await claimed(store, "report", OVER);
      expect(await claimed(store, "report")).toMatchObject({ takenOver: true, attempts: 2 });
    });

    it("remembers a take-over until the job is done, though the one who took it over failed too", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      await claimed(store, "report", OVER);
      await store.giveBack(await claimed(store, "report"), { after: 0, error: "no answer" });
      const again = await claimed(store, "report");
      expect(again).toMatchObject({ takenOver: true });
      await store.complete(again, nothing, { again: 0 });
      expect(await claimed(store, "report")).toMatchObject({ takenOver: false, again: true });
    });

    it("tells of a call that may still land as of a take-over", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      await store.giveBack(await claimed(store, "report"), { after: 0, error: "no answer", unsure: true });
      const unsure = await claimed(store, "report");
      expect(unsure).toMatchObject({ takenOver: true });
      await ask(store, "report", "place");
      await store.complete(unsure, nothing);
      expect(await claimed(store, "report")).toMatchObject({ takenOver: false });
    });

    it("keeps a renewed claim", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      const claim = await claimed(store, "report", 2_000);
      expect(await store.renew(claim, LONG)).toBe(true);
      await until(async () => (await store.jobs({ limit: 1 }))[0]!.dueAt!.getTime() > Date.now() + LONG / 2);
      expect(await store.claim("report", { lease: LONG })).toBeUndefined();
    });

    it("lets a worker that lost its claim write nothing", async () => {
      const { store, asked } = bench();
      await ask(store, "report", "place");
      const lost = await claimed(store, "report", OVER);
      const holder = await claimed(store, "report");
      const { run } = await store.change((transaction) => transaction.addRun(newRun()));
      asked.length = 0;
      const adds = async (transaction: StoreTransaction) => {
        await transaction.addRun(newRun({ key: "of nobody" }));
        await transaction.ask("report", "of nobody");
      };
      const throws = async (transaction: StoreTransaction) => {
        await adds(transaction);
        throw new Error("not ours to say");
      };
      for (const step of [nothing, adds, throws]) {
        expect(await store.write(lost, step)).toBe("lost");
        expect(await store.complete(lost, step)).toBe("lost");
      }
      expect(await store.appendLog(lost, run.id, "text", 100)).toBe("lost");
      expect(await store.renew(lost, LONG)).toBe(false);
      expect(await store.giveBack(lost, { after: 0, error: "no" })).toBe("lost");
      expect((await store.runs({ limit: 9 })).map(({ id }) => id)).toEqual([run.id]);
      expect(await store.jobs({ stage: "report", subject: "of nobody", limit: 1 })).toEqual([]);
      expect(await store.log(run.id, 0)).toEqual([]);
      expect(asked).toEqual([]);
      expect(await store.write(holder, () => Promise.resolve("written"))).toBe("written");
    });

    it("undoes a completion whose step throws: the job stays held", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      const claim = await claimed(store, "report");
      await expect(store.complete(claim, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
      expect(await store.write(claim, () => Promise.resolve("held"))).toBe("held");
    });

    it("lets a job that was asked for while it was held survive its completion, due at once", async () => {
      const { store, asked } = bench();
      await ask(store, "report", "place");
      const claim = await claimed(store, "report");
      await ask(store, "report", "place");
      expect(await store.claim("report", { lease: LONG })).toBeUndefined();
      asked.length = 0;
      await store.complete(claim, nothing);
      expect(asked).toEqual(["report place"]);
      expect(await store.claim("report", { lease: LONG })).toMatchObject({
        revision: 2,
        attempts: 1,
        takenOver: false,
      });
    });

    it("lets a step ask for its own job once more", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      await store.complete(await claimed(store, "report"), (tx) => tx.ask("report", "place"));
      expect(await store.claim("report", { lease: LONG })).toMatchObject({ subject: "place", attempts: 1 });
    });

    it("gives a job back after a while, with its trouble, and counts its attempts", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      expect(await store.giveBack(await claimed(store, "report"), { after: LONG, error: "no answer" })).toBe(
        "ok",
      );
      expect(await store.claim("report", { lease: LONG })).toBeUndefined();
      expect(await store.jobs({ limit: 1 })).toMatchObject([
        { error: "no answer", held: false, attempts: 1 },
      ]);
      await ask(store, "report", "place");
      await store.giveBack(await claimed(store, "report"), { after: 0, error: "no answer" });
      expect(await claimed(store, "report")).toMatchObject({ attempts: 2, takenOver: false });
    });

    it("makes a parked job due again when it is asked for, with its attempts forgotten", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      await store.giveBack(await claimed(store, "report"), { after: undefined, error: "never" });
      const [parked] = await store.jobs({ stage: "report", limit: 1 });
      expect(parked).toMatchObject({ error: "never", held: false });
      expect(parked).not.toHaveProperty("dueAt");
      expect(await store.claim("report", { lease: LONG })).toBeUndefined();
      await ask(store, "report", "place");
      expect(await store.claim("report", { lease: LONG })).toMatchObject({ attempts: 1, revision: 2 });
    });

    it("makes a job due at once that was asked for while it was held and is given back", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      const claim = await claimed(store, "report");
      await ask(store, "report", "place");
      await store.giveBack(claim, { after: undefined, error: "never" });
      expect(await claimed(store, "report")).toMatchObject({ attempts: 1, revision: 2 });
    });

    it("waits with a job that is asked for with a delay, and tells nobody yet", async () => {
      const { store, asked } = bench();
      await ask(store, "report", "place", LONG);
      expect(asked).toEqual([]);
      expect(await store.claim("report", { lease: LONG })).toBeUndefined();
      await ask(store, "report", "place");
      expect(await store.claim("report", { lease: LONG })).toMatchObject({ subject: "place" });
    });

    it("never makes a job later than it already was", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      await ask(store, "report", "place", LONG);
      expect(await store.claim("report", { lease: LONG })).toMatchObject({ subject: "place" });
    });

    it("comes back for the second look that a completion asked for", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      await store.complete(await claimed(store, "report"), nothing, { again: 5 });
      const second = await claimed(store, "report");
      expect(second).toMatchObject({ again: true, attempts: 1 });
      await store.complete(second, nothing);
      expect(await store.jobs({ limit: 10 })).toEqual([]);
    });

    it("still owes the second look after the job was asked for and done in between", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      await store.complete(await claimed(store, "report"), nothing, { again: LONG });
      await ask(store, "report", "place");
      const between = await claimed(store, "report");
      expect(between.again).toBe(false);
      await store.complete(between, nothing);
      const [owed] = await store.jobs({ limit: 1 });
      expect(owed!.dueAt!.getTime()).toBeGreaterThan(Date.now() + LONG / 2);
    });

    it("stays a second look until it is done", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      await store.complete(await claimed(store, "report"), nothing, { again: 1 });
      await store.giveBack(await claimed(store, "report"), { after: 0, error: "no answer" });
      expect(await claimed(store, "report")).toMatchObject({ again: true, attempts: 2 });
    });

    it("tells which jobs are held", async () => {
      const { store } = bench();
      await ask(store, "report", "place");
      await claimed(store, "report");
      await ask(store, "match", "1");
      expect(await store.jobs({ stage: "report", limit: 10 })).toMatchObject([
        { subject: "place", held: true },
      ]);
      expect(await store.jobs({ limit: 10 })).toHaveLength(2);
    });
  });
}
