import { rm } from "node:fs/promises";
import { join } from "node:path";

import { messageOf } from "../core/errors.ts";
import { findPrograms } from "./box/programs.ts";
import type { SandboxState } from "./confinement.ts";
import { sandboxExecutor } from "./sandbox.ts";
import { makeScrap } from "./scraps.ts";

/** Milliseconds that a box with nothing in it may take to open and close; a busy machine takes a second at most. */
const DEADLINE_MS = 20_000;
const INSTALL = "Install them: on Debian and Ubuntu `apt-get install bubblewrap socat util-linux`.";
const ALLOW =
  "The kernel, its security module or a container around Forgehand forbids user namespaces: docs/sandbox.md says how to allow them.";

/** Find out whether boxes can be made here, by making one with everything in it. Never throws. */
export async function probeSandbox(): Promise<SandboxState> {
  if (process.platform !== "linux") {
    return { works: false, reason: "There is a sandbox on Linux only: run Forgehand there." };
  }
  const programs = findPrograms();
  if ("missing" in programs) {
    return { works: false, reason: `The sandbox needs ${programs.missing.join(", ")}. ${INSTALL}` };
  }
  try {
    const folder = await makeScrap("probe");
    try {
      return await probeIn(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    return { works: false, reason: `No sandbox could be tried: ${messageOf(error)}` };
  }
}

async function probeIn(folder: string): Promise<SandboxState> {
  let said = "";
  const exit = await sandboxExecutor({ closed: [] }).execute(
    {
      argv: ["true"],
      cwd: folder,
      environment: { PATH: "/usr/bin:/bin" },
      timeout: DEADLINE_MS,
      outputLimit: 1_000,
      killAfter: 0,
      box: {
        writes: [folder],
        reads: [],
        hides: [],
        network: [],
        // Nobody listens there, and nobody asks: but all that a way out needs is made.
        bridges: { "probe.forgehand.internal": join(folder, "nothing.sock") },
        limits: {},
      },
    },
    { signal: new AbortController().signal, onOutput: (text) => (said += text) },
  );
  if (exit.kind === "exited" && exit.code === 0) return { works: true };
  const why = exit.kind === "not started" ? exit.reason : said.trim() || exit.kind;
  return { works: false, reason: `A box could not be made here (${why}). ${ALLOW}` };
}
