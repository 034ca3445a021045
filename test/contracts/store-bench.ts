import type { Store } from "../../src/core/store.ts";
import type { OnAsked } from "../../src/record/transaction.ts";

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
