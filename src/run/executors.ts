import type { Executor } from "../core/executor.ts";

/** An executor that gives boxed commands to one that has boxes, and all others to one that has none. */
export function pickExecutor({ boxed, plain }: { boxed: Executor; plain: Executor }): Executor {
  return {
    execute: (command, options) => (command.box === undefined ? plain : boxed).execute(command, options),
  };
}
