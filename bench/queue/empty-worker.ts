import { silent } from "../../src/core/log.ts";
import { startWorker } from "../../src/queue/worker.ts";
import { openQueue } from "../../src/wiring/queue.ts";
import { openStore } from "../../src/wiring/store.ts";
import { DATABASE_CONNECTIONS } from "../store.ts";

/** What is measured here is the way from a claim to a completion: the step does nothing else. */
const [, , database = "", address = ""] = process.argv;
const config = { database, queue: address, databaseConnections: DATABASE_CONNECTIONS };
const AT_ONCE = 8;

const queue = await openQueue(config, silent);
const store = await openStore(config, silent, {
  onAsked: (stage, subject) => queue.wake(stage, subject),
  onStirred: (stage) => queue.stir(stage),
});
let done = 0;
const worker = startWorker({
  store,
  queue,
  log: silent,
  stages: {
    match: {
      concurrency: AT_ONCE,
      work: async (claim) => {
        if ((await store.complete(claim, () => Promise.resolve("done"))) === "done") done += 1;
      },
    },
  },
});
process.on("message", () => process.send?.(done));
process.on("disconnect", () => {
  void worker
    .stop({ grace: 1_000 })
    .then(() => queue.close())
    .then(() => store.close())
    .then(() => process.exit());
});
process.send?.("ready");
