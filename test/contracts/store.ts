import { afterEach, beforeEach, describe } from "@jest/globals";

import type { Store } from "../../src/core/store.ts";
import type { OnAsked } from "../../src/record/transaction.ts";
import { deliveryTests } from "./store-deliveries.ts";
import { jobTests } from "./store-jobs.ts";
import { runTests } from "./store-runs.ts";

/** A fresh, empty database that any number of Stores may be opened on, each as if by another process. */
export interface Ground extends AsyncDisposable {
  /** Closed by whoever opened it, before the ground goes. */
  open(onAsked?: OnAsked): Promise<Store>;
}

/** What a test of the contract works with. */
export interface Bench {
  readonly store: Store;
  /** Jobs that were told of as due, as `stage subject`. */
  readonly asked: string[];
  /** Another Store on the same data. */
  readonly another: () => Promise<Store>;
}

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
  });
}
