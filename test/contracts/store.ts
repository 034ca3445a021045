import { afterEach, beforeEach, describe } from "@jest/globals";

import type { Store } from "../../src/core/store.ts";
import { approvalTests } from "./store-approvals.ts";
import type { Bench, Ground } from "./store-bench.ts";
import { deliveryTests } from "./store-deliveries.ts";
import { hookTests } from "./store-hooks.ts";
import { jobTests } from "./store-jobs.ts";
import { repositoryFileTests } from "./store-repository-files.ts";
import { postponedTests } from "./store-postponed.ts";
import { pruneTests } from "./store-prune.ts";
import { runTests } from "./store-runs.ts";
import { turnTests } from "./store-turns.ts";
import { watchTests } from "./store-watches.ts";
import { webhookKeyTests } from "./store-webhook-keys.ts";

/** What every Store must keep. */
export function storeContract({ name, open }: { name: string; open: () => Promise<Ground> }): void {
  describe(`${name} as a store`, () => {
    let ground: Ground;
    let stores: Store[];
    let asked: string[];

    const add = async () => {
      const store = await ground.open((stage, subject) => asked.push(`${stage} ${subject}`));
      stores.push(store);
      return store;
    };
    beforeEach(async () => {
      [stores, asked] = [[], []];
      ground = await open();
      await add();
    });
    afterEach(async () => {
      for (const store of stores) await store.close();
      await ground[Symbol.asyncDispose]();
    });

    const bench = (): Bench => ({ store: stores[0]!, asked, another: add });
    deliveryTests(bench);
    jobTests(bench);
    runTests(bench);
    hookTests(bench);
    watchTests(bench);
    webhookKeyTests(bench);
    approvalTests(bench);
    repositoryFileTests(bench);
    turnTests(bench);
    postponedTests(bench);
    pruneTests(bench);
  });
}
