import type { ForgeEvent } from "../../src/core/event.ts";
import type { Forge, ForgeAdapter } from "../../src/core/forge.ts";
import type { Webhooks } from "../../src/core/webhooks.ts";

/** One kind of forge, as far as the table asks it. */
export interface Column {
  readonly title: string;
  readonly adapter: Pick<ForgeAdapter, "lacks" | "contentTypes" | "paths">;
  /** An open line to a stand-in of it. */
  readonly forge: Pick<Forge, "refreshPullRequestRef" | "installedRepositories"> & {
    readonly webhooks: Pick<Webhooks, "levels">;
  };
  /** All events that its fixtures are read as. */
  readonly events: readonly ForgeEvent[];
}

/** What is asked of every kind, and what is said of one. */
export interface Row {
  readonly what: string;
  readonly cell: (column: Column) => string;
}

export const YES = "yes";
export const NO = "–";

export const yesIf = (is: boolean): string => (is ? YES : NO);
