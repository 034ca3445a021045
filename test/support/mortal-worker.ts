import { createInterface } from "node:readline";

import type { Command } from "../../src/core/executor.ts";
import { openGuard } from "../../src/run/guard.ts";
import { processExecutor } from "../../src/run/process.ts";
import { sandboxExecutor } from "../../src/run/sandbox.ts";
import { silent } from "../../src/core/log.ts";
import { boxAround } from "./boxes.ts";

/**
 * A worker that a test may kill: executes each line of its input as a command, side by side, in a folder that is given,
 * boxed or plain, and prints what is logged of their guard. It ends in order when its input does.
 */
const [, , folder = "", kind = ""] = process.argv;
const guard = openGuard({ log: { ...silent, warn: (_, message) => console.log(message) } });
const executor = kind === "boxed" ? sandboxExecutor({ closed: [], guard }) : processExecutor({ guard });
const stopping = new AbortController();
const running: Promise<unknown>[] = [];
for await (const line of createInterface(process.stdin)) {
  const command: Command = {
    argv: ["sh", "-uc", line],
    cwd: folder,
    environment: { PATH: process.env.PATH ?? "" },
    timeout: 600_000,
    outputLimit: 1_000,
    killAfter: 1_000,
    ...(kind === "boxed" && {
      box: boxAround(folder, { bridges: { "model.forgehand.internal": "/nothing.sock" } }),
    }),
  };
  running.push(executor.execute(command, { signal: stopping.signal, onOutput: () => undefined }));
}
stopping.abort();
await Promise.all(running);
await guard.close();
