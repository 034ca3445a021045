import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { execa } from "execa";

import { silent } from "../../src/core/log.ts";
import type { Store, StoreTransaction } from "../../src/core/store.ts";
import { openPostgres } from "../../src/record/postgres.ts";
import { storeContract } from "../contracts/store.ts";
import type { FreshPostgres } from "../support/postgres.ts";
import { freshPostgres, missingPostgres } from "../support/postgres.ts";
import { recordingLog } from "../support/recording-log.ts";
import { newRun } from "../support/samples.ts";
import { describeWith } from "../support/services.ts";
import { arrival, ask, claimed, LONG, nothing, OVER, recordAndClaim } from "../support/store-samples.ts";
import { until } from "../support/until.ts";

describeWith(missingPostgres)("PostgreSQL", () => {
  let database: FreshPostgres;
  beforeAll(async () => {
    database = await freshPostgres();
  });
  afterAll(async () => database[Symbol.asyncDispose]());

  storeContract({
    name: "PostgreSQL",
    open: () =>
      Promise.resolve({
        open: (onAsked) => openPostgres({ url: database.url, log: silent, ...(onAsked && { onAsked }) }),
        [Symbol.asyncDispose]: () => database.empty(),
      }),
  });
});

describeWith(missingPostgres)("a store in PostgreSQL", () => {
  let database: FreshPostgres;
  let store: Store;
  const opened: Store[] = [];
  const { log, lines } = recordingLog();
  const open = async (options: Partial<Parameters<typeof openPostgres>[0]> = {}) => {
    const one = await openPostgres({ url: database.url, log, ...options });
    opened.push(one);
    return one;
  };
  beforeAll(async () => {
    database = await freshPostgres();
  });
  afterAll(async () => database[Symbol.asyncDispose]());
  beforeEach(async () => {
    lines.length = 0;
    store = await open();
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    await database.empty();
  });

  /** Resolves when somebody waits for a lock there. */
  const waits = () =>
    until(async () => {
      const waiting = await database.query(
        "select 1 from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'",
        [new URL(database.url).searchParams.get("application_name")],
      );
      return waiting.length > 0;
    });

  /** Work in a transaction that goes on until it is told to end. */
  function gate() {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    return { open: () => resolve(undefined), passed: promise };
  }

  it("loses nothing and doubles nothing when two processes record and claim", async () => {
    const script = new URL("../support/record-and-claim.ts", import.meta.url).pathname;
    const other = execa(process.execPath, [script, database.url, "100", "200"]);
    const ours = await recordAndClaim(store, 0, 100);
    const theirs = JSON.parse((await other).stdout) as string[];
    const deliveries = await store.deliveries({ limit: 200 });
    expect(deliveries).toHaveLength(200);
    const left = await store.jobs({ limit: 200 });
    const subjects = [...ours, ...theirs, ...left.map(({ subject }) => subject)];
    expect(subjects.sort()).toEqual(deliveries.map(({ key }) => key).sort());
  });

  it("opens an empty database from several sides at once", async () => {
    await using empty = await freshPostgres();
    const stores = await Promise.all([1, 2, 3, 4].map(() => open({ url: empty.url })));
    const answers = await Promise.all(stores.map((one) => one.record(arrival())));
    expect(answers.sort()).toEqual(["duplicate", "duplicate", "duplicate", "recorded"]);
    for (const one of opened.splice(0)) await one.close();
  });

  it("refuses a database that a newer Forgehand wrote", async () => {
    await database.query("insert into kysely_migration values ('9999-newer', '2099-01-01T00:00:00.000Z')");
    const told = await open().catch((error: unknown) => error);
    await database.query("delete from kysely_migration where name = '9999-newer'");
    expect(told).toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/newer Forgehand/),
    });
  });

  it("says what to do about a database that is not there, and shows no password", async () => {
    const url = new URL(database.url);
    url.pathname = "/forgehand_nowhere";
    url.password = "hunter2";
    const error = await open({ url: url.href }).catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/^The database forgehand_nowhere on [^ ]+ does not exist: create it/),
    });
    expect(String(error)).not.toContain("hunter2");
    await expect(open({ url: "postgres://forgehand:hunter/2@db:5432:1/x" })).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.not.stringMatching(/hunter/),
    });
  });

  it("says what to do where no schema can be written", async () => {
    const url = new URL(database.url);
    url.searchParams.set("options", "-c search_path=nowhere");
    await expect(open({ url: url.href })).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/no schema/),
    });
  });

  it("says what to do where the user may make no tables", async () => {
    await using empty = await freshPostgres();
    const role = `${new URL(empty.url).searchParams.get("application_name")}_guest`;
    await empty.query(`create role ${role} login`);
    const [{ schema } = {}] = await empty.query("select current_schema() as schema");
    await empty.query(`grant usage on schema ${String(schema)} to ${role}`);
    const url = new URL(empty.url);
    url.username = role;
    const refused = await open({ url: url.href }).catch((error: unknown) => error);
    await empty.query(`drop owned by ${role}`);
    await empty.query(`drop role ${role}`);
    expect(refused).toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/make the user the owner of the database or of its schema/),
    });
  });

  it("reads beside whoever writes, and writes nothing where it is opened for that", async () => {
    await store.record(arrival());
    const reader = await open({ readOnly: true });
    expect(await reader.deliveries({ limit: 10 })).toHaveLength(1);
    const refused = { code: "STORE_UNAVAILABLE", message: expect.stringMatching(/read-only/) };
    await expect(reader.record(arrival({ id: "2" }))).rejects.toMatchObject(refused);
    await expect(reader.check()).rejects.toMatchObject(refused);
    await using empty = await freshPostgres();
    const early = await openPostgres({ url: empty.url, log, readOnly: true });
    await expect(early.deliveries({ limit: 1 })).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringMatching(/has no tables/),
    });
    await early.close();
  });

  it("puts a sign in the place of NUL, which PostgreSQL keeps in no text", async () => {
    const reading = { kind: "unreadable", reason: "a\0b" } as const;
    await store.record(arrival({ id: "1\0" }, { reading, wanted: false }));
    expect(await store.deliveries({ limit: 1 })).toMatchObject([{ id: "1\u{FFFD}", reason: "a\u{FFFD}b" }]);
    await store.change((transaction) => transaction.addRun(newRun({ key: "k\0" })));
    const claim = await claimed(store, "run");
    const run = Number(claim.subject);
    await store.appendLog(claim, run, "\0\0 ok", 100);
    expect(await store.log(run, 0)).toEqual([{ seq: 1, text: "\u{FFFD}\u{FFFD} ok" }]);
    expect(await store.change((transaction) => transaction.addRun(newRun({ key: "k\0" })))).toMatchObject({
      added: false,
      run: { id: run },
    });
  });

  it("keeps bytes as they came, 25 MiB of them too", async () => {
    const body = new Uint8Array(25 * 1024 * 1024).map((_, index) => index % 251);
    expect(await store.record(arrival({ body }))).toBe("recorded");
    const { subject } = await claimed(store, "match");
    expect(Buffer.compare((await store.delivery(subject))!.body!, body)).toBe(0);
  });

  it("fails the one bad delivery of a group alone", async () => {
    const bad = arrival({ id: "bad", receivedAt: new Date(NaN) });
    const told = [arrival({ id: "1" }), bad, arrival({ id: "2" })].map((one) => store.record(one));
    const outcomes = (await Promise.allSettled(told)).map(({ status }) => status);
    expect(outcomes).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await store.deliveries({ limit: 10 })).map(({ id }) => id).sort()).toEqual(["1", "2"]);
    expect(lines).toMatchObject([{ level: "warn", data: { deliveries: 3 } }]);
  });

  it("tells the two of one delivery within a group apart, also where only the second is wanted", async () => {
    const told = [arrival({}, { wanted: false }), arrival(), arrival()].map((one) => store.record(one));
    expect(await Promise.all(told)).toEqual(["ignored", "recorded", "duplicate"]);
    expect(await claimed(store, "match")).toMatchObject({ revision: 1 });
  });

  it("makes a light row whole once when two processes are told to at the same moment", async () => {
    const other = await open();
    for (let round = 0; round < 10; round += 1) {
      const id = `${round}`;
      await store.record(arrival({ id }, { wanted: false }));
      const answers = await Promise.all([store, other].map((one) => one.record(arrival({ id }))));
      expect(answers.sort()).toEqual(["duplicate", "recorded"]);
    }
  });

  it("answers STORE_BUSY when the table is locked beyond the deadline, and works again later", async () => {
    const { passed, open: unlock } = gate();
    const holder = await open();
    const held = holder.change(async (transaction) => {
      await transaction.keepFinding(arrival({ id: "held" }));
      await passed;
    });
    await until(async () => {
      const told = store.record(arrival({ id: "held" }), { deadline: 60 });
      return told.then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ code: "STORE_BUSY", retryable: true });
          return true;
        },
      );
    });
    const later = store.record(arrival({ id: "held" }));
    unlock();
    await held;
    expect(await later).toBe("duplicate");
  });

  it("waits for what is being recorded before it closes", async () => {
    const recorded = store.record(arrival());
    await opened.splice(0)[0]!.close();
    expect(await recorded).toBe("recorded");
    expect(await (await open()).deliveries({ limit: 10 })).toHaveLength(1);
  });

  it("records and reads on when its connections are cut, as often as that happens", async () => {
    const told: Promise<unknown>[] = [];
    for (let round = 0; round < 5; round += 1) {
      for (let id = 0; id < 40; id += 1) told.push(store.record(arrival({ id: `${round} ${id}` })));
      told.push(store.deliveries({ limit: 10 }), store.check());
      await database.cut();
    }
    await Promise.all(told);
    expect(await store.deliveries({ limit: 200 })).toHaveLength(200);
    expect(await store.jobs({ stage: "match", limit: 200 })).toHaveLength(200);
  });

  it("goes on when another process changes the tables whose plans are kept", async () => {
    await store.change((transaction) => transaction.addRun(newRun()));
    const ids = async () => (await store.runs({ limit: 2 })).map(({ id }) => id);
    const before = await ids();
    await database.query("alter table runs add column of_tomorrow bigint");
    try {
      expect(await ids()).toEqual(before);
      const step = store.change((transaction) => transaction.addRun(newRun({ key: "of tomorrow" })));
      // What a step did outside of the store is not ours to repeat, so whoever asked is told to.
      const { added } = await step.catch((error: unknown) => {
        expect(error).toMatchObject({ code: "STORE_BUSY", retryable: true });
        return store.change((transaction) => transaction.addRun(newRun({ key: "of tomorrow" })));
      });
      expect(added).toBe(true);
    } finally {
      await database.query("alter table runs drop column of_tomorrow");
    }
  });

  it("says that a step whose connection is cut may be tried again, and has written nothing of it", async () => {
    const { passed, open: go } = gate();
    let tries = 0;
    const cut = store.change(async (transaction) => {
      tries += 1;
      await transaction.keepFinding(arrival());
      await passed;
      await transaction.keepFinding(arrival({ id: "2" }));
    });
    await until(() => tries === 1);
    await until(async () => (await database.cut()) > 0);
    go();
    await expect(cut).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
    expect(tries).toBe(1);
    expect(await store.deliveries({ limit: 10 })).toEqual([]);
  });

  it("undoes a step whose claim is lost on the way", async () => {
    await ask(store, "report", "place");
    const claim = await claimed(store, "report", OVER);
    const { passed, open: go } = gate();
    const steps = (["complete", "write"] as const).map((kind) =>
      store[kind](claim, async (transaction) => {
        await transaction.keepFinding(arrival({ id: kind }));
        await transaction.ask("report", kind);
        await passed;
      }),
    );
    await claimed(store, "report");
    go();
    expect(await Promise.all(steps)).toEqual(["lost", "lost"]);
    expect(await store.deliveries({ limit: 10 })).toEqual([]);
    expect(await store.jobs({ limit: 10 })).toHaveLength(1);
  });

  it("renews a claim while a step of it goes on", async () => {
    await ask(store, "report", "place");
    const claim = await claimed(store, "report");
    const done = store.complete(claim, async () => expect(await store.renew(claim, LONG)).toBe(true));
    expect(await done).toBeUndefined();
  });

  it("adds one run of one key in transactions that go on side by side", async () => {
    const other = await open();
    const stores = [store, other, store, other];
    const outcomes = await Promise.all(
      stores.map((one) => one.change((transaction) => transaction.addRun(newRun()))),
    );
    expect(outcomes.filter(({ added }) => added)).toHaveLength(1);
    expect(new Set(outcomes.map(({ run }) => run.id)).size).toBe(1);
    expect(await store.jobs({ stage: "run", limit: 10 })).toMatchObject([{ revision: 1 }]);
  });

  it("lets what one transaction decides about runs stand until it ends, and lets others go on meanwhile", async () => {
    const other = await open();
    const { passed, open: go } = gate();
    const { passed: decided, open: tell } = gate();
    const of = newRun();
    const here = { automation: of.automation, forge: of.forge, repo: of.repo.id, thread: of.thread! };
    const first = store.change(async (transaction) => {
      expect(await transaction.activeRuns(here)).toEqual([]);
      tell();
      await passed;
      return transaction.addRun(newRun({ key: "first" }));
    });
    await decided;
    const second = other.change(async (transaction) => {
      const active = await transaction.activeRuns(here);
      return active.length === 0 ? transaction.addRun(newRun({ key: "second" })) : undefined;
    });
    await waits();
    await other.record(arrival());
    await other.complete(await claimed(other, "match"), nothing);
    go();
    expect(await Promise.all([first, second])).toMatchObject([{ added: true }, undefined]);
    expect(await store.runs({ limit: 10 })).toHaveLength(1);
  });

  it("decides about several repositories side by side, and about all of them alone", async () => {
    const other = await open();
    const { passed, open: go } = gate();
    const { passed: decided, open: tell } = gate();
    const elsewhere = { ...newRun().repo, id: "43" };
    const first = store.change(async (transaction) => {
      await transaction.addRun(newRun({ key: "here", group: "deploy" }));
      tell();
      await passed;
    });
    await decided;
    const beside = await other.change(async (transaction) => {
      const { run } = await transaction.addRun(newRun({ key: "elsewhere", repo: elsewhere }));
      return transaction.moveRun(run.id, "start");
    });
    expect(beside).toMatchObject({ state: "running", repo: elsewhere });
    const ofAll = other.change((transaction) => transaction.activeInGroup("deploy"));
    await waits();
    go();
    await first;
    expect(await ofAll).toMatchObject([{ key: "here" }]);
  });

  it("does a step anew that comes to decide about more than one repository, and nothing of it twice", async () => {
    const elsewhere = { ...newRun().repo, id: "43" };
    const { run } = await store.change((tx) => tx.addRun(newRun({ key: "elsewhere", repo: elsewhere })));
    for (const further of [
      (tx: StoreTransaction) => tx.moveRun(run.id, "cancel"),
      (tx: StoreTransaction) => tx.activeInGroup("deploy"),
      (tx: StoreTransaction) => tx.ledger("test"),
      (tx: StoreTransaction) => tx.newestRun({ automation: "test", forge: "github", repo: "44", ref: "r" }),
    ]) {
      let times = 0;
      const { added } = await store.change(async (transaction) => {
        times += 1;
        const outcome = await transaction.addRun(newRun({ key: `here-${further.toString()}` }));
        await further(transaction);
        return outcome;
      });
      expect([times, added]).toEqual([2, true]);
    }
    const jobs = await store.jobs({ stage: "run", limit: 10 });
    expect(jobs.map(({ revision }) => revision)).toEqual([1, 1, 1, 1, 1]);
    expect(await store.run(run.id)).toMatchObject({ state: "cancelled" });
  });

  it("says once what is to be said once, and leaves one key of an address, whoever is first", async () => {
    const other = await open();
    const stores = [store, other, store, other];
    const { forge, repo, thread } = newRun();
    const place = { forge, repo: repo.id, thread: thread!, repoName: "r", actor: { id: "1", login: "a" } };
    const answers = await Promise.all(
      stores.map((one) => one.change((tx) => tx.answer({ ...place, text: "help" }, { once: true }))),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    const door = { forge, automation: "test" };
    const keys = await Promise.all(
      stores.map((one) => one.change((tx) => tx.addWebhookKey(door, { grace: LONG }))),
    );
    const lasting = (await store.webhookKeys(door)).filter(({ endsAt }) => endsAt === undefined);
    expect(lasting).toHaveLength(1);
    expect(keys).toContain(lasting[0]!.key);
  });

  it("keeps every piece of a log that is written at once, in one order", async () => {
    const { run } = await store.change((transaction) => transaction.addRun(newRun()));
    const claim = await claimed(store, "run");
    const pieces = Array.from({ length: 8 }, (_, index) => `${index}`);
    await Promise.all(pieces.map((text) => store.appendLog(claim, run.id, text, 1_000)));
    const log = await store.log(run.id, 0);
    expect(log.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(log.map(({ text }) => text).sort()).toEqual(pieces);
  });

  it("asks for the same jobs from many sides in any order, and nobody waits for each other in a circle", async () => {
    const other = await open();
    const subjects = Array.from({ length: 20 }, (_, index) => `${index}`);
    const rounds = Array.from({ length: 20 }, (_, round) =>
      (round % 2 === 0 ? store : other).change(async (transaction) => {
        const order = round % 3 === 0 ? subjects : subjects.toReversed();
        for (const subject of order) await transaction.ask("match", subject);
      }),
    );
    await Promise.all(rounds);
    const jobs = await store.jobs({ limit: 50 });
    expect(jobs).toHaveLength(20);
    expect(new Set(jobs.map(({ revision }) => revision))).toEqual(new Set([20]));
  });
});
