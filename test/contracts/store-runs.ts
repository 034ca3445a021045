import { describe, expect, it } from "@jest/globals";

import type { NewRun, RunFacts, RunMove } from "../../src/core/run.ts";
import { placeKey } from "../../src/core/status.ts";
import {
  alice,
  newRun,
  OTHER_SHA,
  PULL_REQUEST,
  ISSUE,
  SAME_NUMBER,
  pullRequestEvent,
  repo,
  SHA,
} from "../support/samples.ts";
import { ask, claimed, LONG } from "../support/store-samples.ts";
import type { Bench } from "./store-bench.ts";

/** What every Store keeps about runs, their logs and the places that show them. */
export function runTests(bench: () => Bench): void {
  describe("runs", () => {
    const add = (change: Partial<NewRun> = {}) =>
      bench().store.change(async (transaction) => (await transaction.addRun(newRun(change))).run);
    const move = (id: number, step: RunMove, facts?: RunFacts) =>
      bench().store.change((transaction) => transaction.moveRun(id, step, facts));

    it("keeps a run as it was made, with its run job", async () => {
      const { store, asked } = bench();
      const wanted = newRun({ sha: SHA, ref: "refs/heads/main", actor: alice });
      const run = await add(wanted);
      expect(run).toMatchObject({ ...wanted, state: "queued", reason: "", attempts: 0 });
      expect(Math.abs(run.createdAt.getTime() - Date.now())).toBeLessThan(60_000);
      expect(await store.run(run.id)).toEqual(run);
      expect(asked).toEqual([`run ${run.id}`]);
      expect(await store.claim("run", { lease: LONG })).toMatchObject({ subject: String(run.id) });
    });

    it("keeps no more than was known of a run of a push", async () => {
      const { thread, label, ...wanted } = newRun({ publishes: false, comments: false });
      expect([thread, label]).toBeDefined();
      const run = await bench().store.change(async (tx) => (await tx.addRun(wanted)).run);
      expect(run).not.toHaveProperty("thread");
      expect(run).not.toHaveProperty("label");
      expect(run).not.toHaveProperty("startedAt");
    });

    it("makes one run of one key", async () => {
      const { store, asked } = bench();
      const { id } = await add();
      const again = await store.change((transaction) => transaction.addRun(newRun({ automation: "other" })));
      expect(again).toMatchObject({ added: false, run: { id, automation: "coding-agent" } });
      expect(asked).toHaveLength(1);
      expect(await store.runs({ limit: 10 })).toHaveLength(1);
    });

    it("moves a run by the table, and sets its times and facts", async () => {
      const { id } = await add();
      expect(await move(id, "start", { sha: SHA })).toMatchObject({
        state: "running",
        startedAt: expect.any(Date),
      });
      const pullRequest = { number: 9, url: "https://forge.example/9" };
      const facts = { reason: "Done.", exitCode: 0, branch: "b", pushedSha: OTHER_SHA, pullRequest };
      const over = await move(id, "succeed", facts);
      expect(over).toMatchObject({ ...facts, state: "succeeded", sha: SHA, finishedAt: expect.any(Date) });
      expect(await bench().store.run(id)).toEqual(over);
    });

    it("refuses a move that the table does not know, and writes nothing", async () => {
      const { id } = await add();
      await expect(move(id, "succeed", { reason: "no" })).rejects.toMatchObject({ code: "RUN_MOVE_ILLEGAL" });
      expect(await bench().store.run(id)).toMatchObject({ state: "queued", reason: "" });
    });

    it("says that there is no such run", async () => {
      await expect(move(4711, "start")).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect(await bench().store.run(4711)).toBeUndefined();
    });

    it("counts each start of the command, and forgets it when the run is queued again", async () => {
      const { store } = bench();
      const { id } = await add();
      await move(id, "start");
      const started = await store.change((transaction) => transaction.commandStarted(id));
      expect(started).toMatchObject({ attempts: 1, commandStartedAt: expect.any(Date) });
      const queued = await move(id, "requeue");
      expect(queued).toMatchObject({ state: "queued", attempts: 1 });
      expect(queued).not.toHaveProperty("commandStartedAt");
      expect(queued).not.toHaveProperty("startedAt");
    });

    it("notes facts without moving the run", async () => {
      const { id } = await add();
      const noted = await bench().store.change((tx) =>
        tx.noteRun(id, { cancelRequested: "A newer head came." }),
      );
      expect(noted).toMatchObject({ state: "queued", cancelRequested: "A newer head came." });
    });

    it("knows the runs of an issue that are not over, oldest first", async () => {
      const { store } = bench();
      const [one, two, over] = [await add(), await add({ key: "2" }), await add({ key: "3" })];
      await add({ key: "4", thread: SAME_NUMBER });
      await add({ key: "5", automation: "other" });
      await move(two.id, "start");
      await move(over.id, "cancel");
      const of = { automation: "coding-agent", forge: "github", repo: repo.id, thread: ISSUE };
      const active = await store.change((transaction) => transaction.activeRuns(of));
      expect(active.map(({ id }) => id)).toEqual([one.id, two.id]);
    });

    it("lists runs newest first, by any of their marks", async () => {
      const { store } = bench();
      const one = await add();
      const two = await add({
        key: "2",
        automation: "test",
        forge: "acme",
        repo: { id: "9", fullName: "a/b" },
      });
      await move(two.id, "start");
      const ids = async (filter: Omit<Parameters<typeof store.runs>[0], "limit">) =>
        (await store.runs({ ...filter, limit: 10 })).map(({ id }) => id);
      expect(await ids({})).toEqual([two.id, one.id]);
      expect(await ids({ state: "queued" })).toEqual([one.id]);
      expect(await ids({ forge: "acme" })).toEqual([two.id]);
      expect(await ids({ repo: "42" })).toEqual([one.id]);
      expect(await ids({ automation: "test" })).toEqual([two.id]);
      expect(await ids({ thread: ISSUE })).toEqual([two.id, one.id]);
      expect(await ids({ thread: SAME_NUMBER })).toEqual([]);
      expect(await ids({ before: two.id })).toEqual([one.id]);
      expect(await store.runs({ limit: 1 })).toHaveLength(1);
    });

    it("knows the newest run of each automation that a comment or a label family shows", async () => {
      const { store } = bench();
      await add();
      const newer = await add({ key: "2" });
      const other = await add({ key: "3", automation: "test", label: "test" });
      await add({ key: "4", thread: SAME_NUMBER });
      const place = { forge: "github", repo: repo.id, thread: ISSUE };
      const at = async (key: string) => (await store.runsAt(key)).map(({ id }) => id);
      expect(await at(placeKey({ kind: "comment", ...place }))).toEqual([newer.id, other.id]);
      expect(await at(placeKey({ kind: "labels", ...place, family: "Coding Agent" }))).toEqual([newer.id]);
    });

    it("shows a run at the status of a commit as soon as it has that commit", async () => {
      const { store } = bench();
      const published = await add();
      const tested = await add({
        key: "2",
        event: pullRequestEvent(),
        publishes: false,
        sha: SHA,
        thread: PULL_REQUEST,
      });
      const at = async (sha: string) => {
        const place = { forge: "github", repo: repo.id, sha, context: "forgehand/coding-agent" };
        return (await store.runsAt(placeKey({ kind: "status", ...place }))).map(({ id }) => id);
      };
      expect(await at(SHA)).toEqual([tested.id]);
      expect(await at(OTHER_SHA)).toEqual([]);
      await store.change((transaction) => transaction.noteRun(published.id, { pushedSha: OTHER_SHA }));
      expect(await at(OTHER_SHA)).toEqual([published.id]);
    });

    it("knows the newest run that pushed a commit", async () => {
      const { store } = bench();
      const one = await add();
      const two = await add({ key: "2" });
      for (const { id } of [one, two]) await store.change((tx) => tx.noteRun(id, { pushedSha: SHA }));
      expect(await store.runThatPushed("github", repo.id, SHA)).toMatchObject({ id: two.id });
      expect(await store.runThatPushed("github", repo.id, OTHER_SHA)).toBeUndefined();
      expect(await store.runThatPushed("acme", repo.id, SHA)).toBeUndefined();
    });

    it("keeps what was reported at a place, and replaces all of it", async () => {
      const { store } = bench();
      const first = { key: "place", commentId: "5", reported: "text", reportedAt: new Date(1_000) };
      const second = { key: "place", refused: "422" };
      for (const record of [first, second]) {
        await store.change((transaction) => transaction.savePlace(record));
        expect(await store.place("place")).toEqual(record);
      }
      expect(await store.place("other")).toBeUndefined();
    });

    it("keeps the log of a run in the order it came, to be read on from anywhere", async () => {
      const { store } = bench();
      const { id } = await add();
      const claim = await claimed(store, "run");
      for (const text of ["one\n", "two\n", "", "three\n"]) await store.appendLog(claim, id, text, 1_000);
      expect(await store.log(id, 0)).toEqual([
        { seq: 1, text: "one\n" },
        { seq: 2, text: "two\n" },
        { seq: 3, text: "three\n" },
      ]);
      expect(await store.log(id, 2)).toEqual([{ seq: 3, text: "three\n" }]);
      expect(await store.log(id + 1, 0)).toEqual([]);
    });

    it("drops what is beyond the limit of a log, says so once, and never cuts a character", async () => {
      const { store } = bench();
      const { id } = await add();
      const claim = await claimed(store, "run");
      for (const text of ["12345", "67é9", "more", "and more"]) await store.appendLog(claim, id, text, 8);
      const text = (await store.log(id, 0)).map((chunk) => chunk.text).join("");
      expect(text).toMatch(/^1234567\n\[.* 8 bytes.*dropped\]\n$/);
    });

    it("moves a run, keeps a place and asks for a report in the one transaction of a step", async () => {
      const { store } = bench();
      const { id } = await add();
      const claim = await claimed(store, "run");
      await store.complete(claim, async (transaction) => {
        await transaction.moveRun(id, "start");
        await transaction.ask("report", "place");
        expect(await transaction.run(id)).toMatchObject({ state: "running" });
      });
      expect(await store.run(id)).toMatchObject({ state: "running" });
      expect((await store.jobs({ limit: 10 })).map(({ stage }) => stage)).toEqual(["report"]);
      await ask(store, "run", String(id));
      expect(await store.claim("run", { lease: LONG })).toMatchObject({ revision: 1 });
    });
  });
}
