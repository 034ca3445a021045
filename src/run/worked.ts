import type { RunFacts } from "../core/run.ts";
import type { Start } from "./checkout.ts";
import type { Ending } from "./ending.ts";
import type { Told as Described } from "./publish.ts";
import type { Workspace } from "./workspace.ts";

/** What is to be said of work that went well. */
export interface Told extends Described {
  readonly facts: RunFacts;
  /** The commit of what was done, where it was made before the work was checked. */
  readonly made?: string;
  /** Set where it was not allowed something: then nothing changed means that it failed. */
  readonly denied?: string;
}

/** How the work of an attempt ended: badly, or in a workspace whose changes may be published. */
export type Worked =
  | { readonly failed: Ending }
  | {
      readonly failed?: undefined;
      readonly workspace: Workspace;
      readonly start: Start | undefined;
      readonly told: Told;
    };

/** Fill a workspace with the code of the run; undefined where its automation needs none. */
export type Prepare = (workspace: Workspace) => Promise<Start | undefined>;
