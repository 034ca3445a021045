import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "@jest/globals";

import type { Stage } from "../../src/core/job.ts";
import { silent } from "../../src/core/log.ts";
import type { Queue } from "../../src/core/queue.ts";
import { postgresQueue } from "../../src/queue/postgres.ts";
import { queueContract } from "../contracts/queue.ts";
import type { FreshPostgres } from "../support/postgres.ts";
import { freshPostgres, missingPostgres } from "../support/postgres.ts";
import { recordingLog } from "../support/recording-log.ts";
import { describeWith } from "../support/services.ts";
import { until } from "../support/until.ts";

/** Long enough that a test that waits for it fails. */
const LONG = 60_000;

describeWith(missingPostgres)("a queue over PostgreSQL", () => {
  let database: FreshPostgres;
  beforeAll(async () => {
    database = await freshPostgres();
  });
  afterAll(async () => database[Symbol.asyncDispose]());

  queueContract({
    name: "a queue over PostgreSQL",
    open: () => Promise.resolve(postgresQueue({ url: database.url, log: silent })),
  });
});

describeWith(missingPostgres)("queues of two processes over PostgreSQL", () => {
  let database: FreshPostgres;
  let queues: Queue[];
  const { log, lines } = recordingLog();
  const { signal } = new AbortController();
  beforeAll(async () => {
    database = await freshPostgres();
  });
  afterAll(async () => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    lines.length = 0;
    queues = [postgresQueue({ url: database.url, log }), postgresQueue({ url: database.url, log })];
    await listening(2);
    // Whoever begins to listen looks once, since it does not know what was said before.
    for (const queue of queues) for (const stage of ["match", "run"] as const) await settle(queue, stage);
  });
  afterEach(async () => {
    for (const queue of queues) await queue.close();
  });

  /** Wait until so many connections listen. */
  const listening = (count: number) =>
    until(async () => {
      const rows = await database.query(
        "select 1 from pg_stat_activity where application_name = $1 and query like 'listen%'",
        [new URL(database.url).searchParams.get("application_name")],
      );
      return rows.length === count;
    });

  const settle = (queue: Queue, stage: Stage) => queue.next(stage, { within: 30, signal });
  const taken = async (queue: Queue, stage: Stage) =>
    (await queue.next(stage, { within: LONG, signal }))?.subject;

  it("wakes who waits in the other process, and nobody twice in its own", async () => {
    const [one, other] = [queues[0]!, queues[1]!];
    const waiting = taken(other, "match");
    one.wake("match", "4711");
    expect(await waiting).toBe("4711");
    expect(await taken(one, "match")).toBe("4711");
    expect((await settle(one, "match"))?.subject).toBeUndefined();
  });

  it("keeps what a worker here takes to itself, unless there was nothing for that one", async () => {
    const [one, other] = [queues[0]!, queues[1]!];
    const [here, there] = [one.next("run", { within: LONG, signal }), taken(other, "run")];
    one.wake("run", "1");
    await (await here)?.done();
    const again = one.next("run", { within: LONG, signal });
    one.wake("run", "2");
    await (await again)?.done({ found: false });
    expect(await there).toBe("2");
  });

  it("lets the next one look for itself where nobody waited", async () => {
    const [one, other] = [queues[0]!, queues[1]!];
    const mark = taken(other, "run");
    one.wake("match", "1");
    one.wake("match", "2");
    one.wake("run", "3");
    expect(await mark).toBe("3");
    expect(await taken(other, "match")).toBeUndefined();
  });

  it("says of a subject that is too long, and of very many, only that there are some", async () => {
    const [one, other] = [queues[0]!, queues[1]!];
    const long = taken(other, "match");
    one.wake("match", "ö".repeat(5_000));
    expect(await long).toBeUndefined();
    const many = taken(other, "match");
    for (let subject = 0; subject < 5_000; subject += 1) one.wake("match", String(subject));
    expect(await many).toBeUndefined();
    const some = Array.from({ length: 3 }, () => taken(other, "run"));
    for (const subject of ["a", "b", "c"]) one.wake("run", subject.repeat(3_000));
    expect((await Promise.all(some)).map((text) => text?.[0]).sort()).toEqual(["a", "b", "c"]);
  });

  it("hears the others again after its connection was cut, says so once, and tells what it could not tell", async () => {
    const [one, other] = [queues[0]!, queues[1]!];
    const looked = taken(other, "match");
    await database.cut();
    expect(await looked).toBeUndefined();
    await listening(2);
    await until(() => lines.length === 4);
    expect(lines.map(({ level }) => level).sort()).toEqual(["info", "info", "warn", "warn"]);
    await settle(other, "match");
    const waiting = taken(other, "match");
    one.wake("match", "5");
    expect(await waiting).toBe("5");
  });

  it("does not hear those who use other tables of the same database", async () => {
    await using elsewhere = await freshPostgres();
    const stranger = postgresQueue({ url: elsewhere.url, log });
    const waiting = taken(queues[0]!, "match");
    stranger.wake("match", "1");
    await stranger.close();
    queues[1]!.wake("match", "2");
    expect(await waiting).toBe("2");
  });

  it("takes what makes no sense as a sign to look at everything", async () => {
    const waiting = [taken(queues[0]!, "match"), taken(queues[1]!, "run")];
    await database.query("select pg_notify('forgehand_' || md5(current_schema()), 'from tomorrow')");
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
  });
});
