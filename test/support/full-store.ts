import type { Store } from "../../src/core/store.ts";
import { alice, ISSUE, newRun, OTHER_SHA, PULL_REQUEST, repo, SHA } from "./samples.ts";
import { arrival, claimed, nothing } from "./store-samples.ts";

const forge = "github";
const automation = "coding-agent";
const at = new Date(1_700_000_000_000);
const door = { forge, automation };
const place = { forge, repo: repo.id, thread: PULL_REQUEST };
const key = { ...place, automation };
const hook = { forge, place: { level: "repository", name: repo.fullName } } as const;
const schedule = { automation, cron: "0 6 * * *", timezone: "Europe/Berlin" };
const told = { ...place, repoName: repo.fullName, actor: alice, text: "No: ask a maintainer." };
const status = "status place";

/** A body larger than what is moved at once. */
const LARGE = new Uint8Array(5 * 1024 ** 2).map((_, index) => index % 251);

/** Write something of everything into a store, by its port: no table stays empty. */
export async function fillStore(store: Store): Promise<void> {
  await store.record(arrival({ id: "large", body: LARGE }));
  await store.record(arrival({ id: "light" }, { wanted: false }));
  await store.record(
    arrival(
      { id: "unreadable", headers: { "user-agent": "Ü\u{1F600}" } },
      { reading: { kind: "unreadable", reason: "a\0b" }, wanted: false },
    ),
  );
  for (const id of ["one", "two", "three"]) await store.record(arrival({ id }));
  const match = await claimed(store, "match");
  await store.complete(match, (transaction) => transaction.keepDecisions(match.subject, []));
  await fillRuns(store);
  await store.change(async (transaction) => {
    await transaction.saveRequest({ ...key, generation: 1, state: "answered", delivery: "1", run: 1 });
    await transaction.savePlace({ key: status, commentId: "500", reported: "pending", reportedAt: at });
    await transaction.refuse(told);
    await transaction.approve({ ...key, sha: SHA, actor: alice, comment: "500" });
    await transaction.wait({ ...key, sha: OTHER_SHA, repoName: repo.fullName, delivery: "2" });
    await transaction.answer(told);
    await transaction.postpone({ ...key, delivery: "3" });
    await transaction.saveHook({ ...hook, url: "https://bot", connectedAt: at, found: "", healedUntil: at });
    await transaction.saveRecovery(hook, { attempt: "1", lostAt: at, outcome: "asked", tries: 1 });
    await transaction.addWebhookKey(door, { grace: 1 });
    await transaction.saveRepositoryFile({
      forge,
      repo,
      branch: "main",
      text: "automations: {}",
      problems: [{ path: "", message: "It is empty." }],
      mended: false,
      askedAt: at,
    });
    await transaction.watch({ forge, repo: repo.id, fullName: repo.fullName, source: "seen", dueAt: at });
    await transaction.saveLook({ forge, repo: repo.id, dueAt: at, cost: 3, memory: "seen" });
    await transaction.savePolling(forge, "state");
    await transaction.saveSchedule(schedule, at);
    await transaction.noteTurnedAway({
      forge,
      address: "/webhooks/:forge",
      reason: "signature",
      count: 1,
      firstAt: at,
      lastAt: at,
    });
    await transaction.ask("report", status, { delay: 60_000 });
  });
  await store.secret("key", () => "value");
  await store.check();
  const parked = await claimed(store, "match");
  await store.giveBack(parked, { after: undefined, error: "parked" });
}

/** One run that is over and one that waits. */
async function fillRuns(store: Store): Promise<void> {
  const { run } = await store.change((transaction) => transaction.addRun(newRun()));
  const claim = await claimed(store, "run");
  await store.write(claim, (transaction) => transaction.moveRun(run.id, "start"));
  await store.write(claim, (transaction) => transaction.commandStarted(run.id));
  for (const text of ["one\n", "two \0\n", "drei ß\n"]) await store.appendLog(claim, run.id, text, 1_000);
  await store.complete(claim, async (transaction) => {
    await transaction.noteRun(run.id, { exitCode: 0, branch: "forgehand/7", pushedSha: SHA });
    await transaction.moveRun(run.id, "succeed");
  });
  await store.change((transaction) => transaction.addRun(newRun({ key: "key-2", thread: PULL_REQUEST })));
}

/** All that the port shows of what `fillStore` wrote. */
export async function lookAt(store: Store): Promise<object> {
  const deliveries = await store.deliveries({ limit: 200 });
  return {
    deliveries,
    bodies: await Promise.all(deliveries.map((one) => store.delivery(one.key))),
    jobs: await store.jobs({ limit: 200 }),
    runs: await store.runs({ limit: 200 }),
    log: await store.log(1, 0),
    request: await store.request(key),
    place: await store.place(status),
    refusals: await store.refusals(forge, repo.id, PULL_REQUEST),
    approvals: await store.approvals(place),
    waits: await store.waits(place),
    answer: await store.answer(place),
    hooks: await store.hooks(),
    recoveries: await store.recoveries(hook, new Date(0)),
    webhookKeys: await store.webhookKeys(),
    repositoryFiles: await store.repositoryFiles(forge, { limit: 10 }),
    watches: await store.dueWatches(forge, { by: new Date(), limit: 10 }),
    polling: await store.polling(forge),
    schedule: await store.schedule(schedule),
    turnedAway: await store.turnedAway(),
    secret: await store.secret("key", () => "another"),
  };
}

/** Go on with it: nothing that was there is done again, nothing new takes an id that was given. Throws where it cannot. */
export async function goOn(
  store: Store,
): Promise<{ again: string; run: number; delivery: number; postponed: string[] }> {
  const again = await store.record(arrival({ id: "one" }));
  await store.record(arrival({ id: "new" }));
  const { run } = await store.change((transaction) =>
    transaction.addRun(newRun({ key: "key-3", thread: ISSUE })),
  );
  const claim = await claimed(store, "run");
  await store.complete(claim, nothing);
  const [delivery] = await store.deliveries({ limit: 1 });
  const postponed = await store.change((transaction) => transaction.takePostponed(key));
  return { again, run: run.id, delivery: Number(delivery!.key), postponed };
}
