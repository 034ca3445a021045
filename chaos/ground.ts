import type { Store } from "../src/core/store.ts";
import type { Role } from "./fleet.ts";
import type { Target } from "./killer.ts";

/** What a round stands on: a store and, for some, a queue; all of it its own. */
export interface Ground {
  /** What is written into the config; absent for the default. */
  readonly database?: string;
  readonly queue?: string;
  readonly roles: readonly Role[];
  /** Whether processes share a data folder. */
  readonly apart: boolean;
  /** What of it can be struck. */
  readonly targets: readonly Target[];
  /** Wait until all of it is up. */
  ready(): Promise<void>;
  /** Open the store for reading, beside whoever writes. */
  open(): Promise<Store>;
  /** Change the store by hand. */
  execute(statement: string): Promise<void>;
  /** How many jobs somebody holds. */
  held(): Promise<number>;
  /** End all of it. */
  end(): Promise<void>;
}
