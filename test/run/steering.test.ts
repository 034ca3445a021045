import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, it } from "@jest/globals";

import type { Box, Exit } from "../../src/core/executor.ts";
import { sandboxExecutor } from "../../src/run/sandbox.ts";
import { killAll } from "../../src/run/strays.ts";
import { WORKSPACE_VARIABLE } from "../../src/run/workspace.ts";
import { boxAround, SANDBOX_PROGRAMS } from "../support/boxes.ts";
import { processesIn } from "../support/processes.ts";
import { describeWith, missingOf } from "../support/services.ts";
import type { Temporary } from "../support/temporary.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

/** What nobody but the command may know. */
const SECRET = createHash("sha256").update("a secret of this test").digest("hex");

let folder: Temporary;
let work: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  work = join(folder.path, "work");
  await mkdir(work);
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

/** Run a shell line in a box as a run would. */
async function attack(
  line: string,
  change: Partial<Box> = {},
  environment: Readonly<Record<string, string>> = {},
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<{ exit: Exit; output: string }> {
  let output = "";
  const executed = sandboxExecutor({ closed: [] }).execute(
    {
      argv: ["sh", "-uc", line],
      cwd: work,
      environment: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: work, ...environment },
      timeout: 60_000,
      outputLimit: 1_000_000,
      killAfter: 1_000,
      box: boxAround(work, change),
    },
    { signal: new AbortController().signal, onOutput: (text) => (output += text) },
  );
  const [exit] = await Promise.all([executed, meanwhile()]);
  return { exit, output };
}

describeWith(missingOf(SANDBOX_PROGRAMS))("the environment of a command in the sandbox", () => {
  const bridges = { "nobody.forgehand.internal": "/nonexistent.sock" };

  it("makes no program outside write or load anything", async () => {
    const traces = join(folder.path, "traces");
    await mkdir(traces);
    // The loader of glibc writes what it does to a file, in every program that starts with these (ld.so(8)).
    const { exit } = await attack(
      "true",
      { bridges },
      { LD_DEBUG: "libs", LD_DEBUG_OUTPUT: join(traces, "trace") },
    );
    expect(exit).toEqual({ kind: "exited", code: 0 });
    expect(await readdir(traces)).toEqual([]);
  });

  it("counts for the command alone, and not for what opens its ways and sets its limits", async () => {
    const { exit, output } = await attack(
      "true",
      { bridges, limits: { cpu: 60 } },
      { LD_PRELOAD: "/nonexistent.so" },
    );
    expect(exit).toEqual({ kind: "exited", code: 0 });
    // Each program that it counts for complains once.
    expect(output.match(/nonexistent\.so/g)).toHaveLength(1);
  });

  it("shows it no folder that our own path does not name", async () => {
    const { output } = await attack(
      `ls ${folder.path}; cat ${folder.path}/keys/key`,
      {},
      { PATH: `${await keys()}:/usr/bin:/bin` },
    );
    expect(output).not.toContain(SECRET);
  });

  it("shows it nothing that is hidden by calling its work tree temporary", async () => {
    const hidden = join(work, "hidden");
    await writeFile(hidden, SECRET);
    const { exit, output } = await attack(
      "cat /tmp/hidden hidden; ls /tmp; true",
      { hides: [hidden] },
      { TMPDIR: work },
    );
    expect(exit).toEqual({ kind: "exited", code: 0 });
    expect(output).not.toContain(SECRET);
  });

  it("is in no list of arguments that others of this machine can read", async () => {
    const { output } = await attack(
      'echo "$TOKEN"; touch running; while [ ! -e seen ]; do sleep 0.01; done',
      { bridges },
      { TOKEN: SECRET },
      async () => {
        await until(() => existsSync(join(work, "running")));
        const shown = (await argumentsOfAll()).map(({ words }) => words).join("\n");
        await writeFile(join(work, "seen"), "");
        expect(shown).toContain("while [ ! -e seen ]");
        expect(shown).not.toContain(SECRET);
      },
    );
    expect(output).toContain(SECRET);
  });

  it("is not there outside but for the mark by which strays are found and ended", async () => {
    const mark = `${WORKSPACE_VARIABLE}=${work}`;
    let outside: string[] = [];
    const { exit } = await attack(
      "touch running; sleep 600",
      { bridges },
      { [WORKSPACE_VARIABLE]: work, TOKEN: SECRET },
      async () => {
        await until(() => existsSync(join(work, "running")));
        const boxes = (await argumentsOfAll()).filter(({ words }) => /^\S*bwrap\0/.test(words));
        const ours = boxes.filter(({ words }) => words.includes(work));
        outside = await Promise.all(ours.map(({ pid }) => readFile(`/proc/${pid}/environ`, "utf8")));
        await killAll({ mark });
      },
    );
    expect(exit.kind).toBe("killed");
    expect(outside).not.toEqual([]);
    // Bubblewrap tells the programs in it where they are, and the guard has a mark of its own.
    const others = outside.map((text) => text.replace(/(PWD|FORGEHAND_EXECUTION)=[^\0]*\0/g, ""));
    expect(new Set(others)).toEqual(new Set([`${mark}\0`]));
    expect(await processesIn(work)).toEqual([]);
  });

  it("cannot add words to those that make the box", async () => {
    const { exit } = await attack("true", {}, { TOKEN: `x\0--bind\0/\0/mnt` });
    expect(exit).toMatchObject({ kind: "not started", reason: expect.stringContaining("TOKEN") });
  });

  /** A folder of somebody else with a key in it. */
  async function keys(): Promise<string> {
    const path = join(folder.path, "keys");
    await mkdir(path);
    await writeFile(join(path, "key"), SECRET);
    return path;
  }

  /** The arguments of every process of this machine. */
  async function argumentsOfAll(): Promise<{ pid: string; words: string }[]> {
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    return Promise.all(
      pids.map(async (pid) => ({
        pid,
        words: await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
      })),
    );
  }
});
