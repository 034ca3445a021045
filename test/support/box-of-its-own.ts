import { sandboxExecutor } from "../../src/run/sandbox.ts";
import { boxAround } from "./boxes.ts";

/** A process that runs a command in a box for ever, in a folder that is given: for tests that kill it. */
const [, , folder = ""] = process.argv;
await sandboxExecutor({ closed: [] }).execute(
  {
    argv: ["sh", "-uc", "(setsid sleep 600 &) ; trap '' TERM; while :; do sleep 1; done"],
    cwd: folder,
    environment: { PATH: process.env.PATH ?? "" },
    timeout: 600_000,
    outputLimit: 1_000,
    killAfter: 1_000,
    box: boxAround(folder, { bridges: { "model.forgehand.internal": "/nothing.sock" } }),
  },
  { signal: new AbortController().signal, onOutput: () => undefined },
);
