import { readFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "@jest/globals";

import type { Command, Executor, Exit } from "../../src/core/executor.ts";
import { boxAround } from "../support/boxes.ts";
import { startMortal } from "../support/mortal.ts";
import { living, processesIn } from "../support/processes.ts";
import { describeWith } from "../support/services.ts";
import { until } from "../support/until.ts";

/**
 * What every executor must keep. Commands are shell lines in a folder of their own; `boxed` ones are given a box around
 * that. `missing` names programs that the executor needs and that are not here.
 */
export function executorContract({
  name,
  open,
  boxed = false,
  missing = [],
}: {
  name: string;
  open: () => Executor;
  boxed?: boolean;
  missing?: readonly string[];
}): void {
  describeWith(missing)(`${name} as an executor`, () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "forgehand-executor-"));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const command = (line: string, change: Partial<Command> = {}): Command => ({
      argv: ["sh", "-euc", line],
      cwd: folder,
      environment: { PATH: process.env.PATH ?? "" },
      timeout: 15_000,
      outputLimit: 100_000,
      killAfter: 5_000,
      ...(boxed && { box: boxAround(folder) }),
      ...change,
    });

    async function execute(
      line: string,
      change: Partial<Command> = {},
      signal = new AbortController().signal,
    ): Promise<{ exit: Exit; output: string }> {
      let output = "";
      const exit = await open().execute(command(line, change), {
        signal,
        onOutput: (text) => (output += text),
      });
      return { exit, output };
    }

    /** Wait until a command has written a line to a file. */
    const written = (file: string) =>
      until(async () => (await readFile(join(folder, file), "utf8").catch(() => "")).endsWith("\n"));

    /** Every process of this machine that works in the folder of the command, whatever number it knows itself by. */
    const left = () => processesIn(folder);

    it("tells the exit code, and both outputs", async () => {
      const { exit, output } = await execute("echo good; echo bad >&2; exit 3");
      expect(exit).toEqual({ kind: "exited", code: 3 });
      expect(output.split("\n").sort()).toEqual(["", "bad", "good"]);
    });

    it("gives the standard input and then its end", async () => {
      const { output } = await execute("cat", { stdin: "an issue\nof two lines" });
      expect(output).toBe("an issue\nof two lines");
    });

    it("does not mind a command that never reads its input", async () => {
      const { exit } = await execute("exit 0", { stdin: "x".repeat(1_000_000) });
      expect(exit).toEqual({ kind: "exited", code: 0 });
    });

    it("gives the environment of the command and nothing of ours", async () => {
      process.env.FORGEHAND_TEST_SECRET = "ours";
      const { output } = await execute("env", {
        environment: { PATH: process.env.PATH ?? "", ASKED: "yes" },
      });
      delete process.env.FORGEHAND_TEST_SECRET;
      const names = output.split("\n").map((line) => line.split("=")[0]);
      const allowed = ["", "ASKED", "FORGEHAND_EXECUTION", "OLDPWD", "PATH", "PWD", "SHLVL", "_"];
      expect(names.filter((one) => !allowed.includes(one ?? ""))).toEqual([]);
      expect(output).toContain("ASKED=yes");
    });

    it("gives every variable as it is, whatever shells make of its name or value", async () => {
      const odd = {
        LINES_AND_QUOTES: "one\n'two' \"three\" \\ $(four) `five` ~ \t é",
        EMPTY: "",
        IFS: "x",
        ENV: "/nonexistent",
        LD_LIBRARY_PATH: "/nonexistent",
      };
      const { output } = await execute("", {
        argv: [process.execPath, "-p", "JSON.stringify(process.env)"],
        environment: { PATH: process.env.PATH ?? "", ...odd },
      });
      expect(JSON.parse(output)).toMatchObject(odd);
    });

    it("works in the folder of the command", async () => {
      await execute("echo here > place");
      expect(await readFile(join(folder, "place"), "utf8")).toBe("here\n");
    });

    it("says what could not be started", async () => {
      const { exit } = await execute("", { argv: ["/no/such/program"] });
      expect(exit).toEqual({ kind: "not started", reason: expect.stringContaining("/no/such/program") });
    });

    it("drops output beyond the limit, and lets the command go on to its end", async () => {
      const { exit, output } = await execute("head -c 300000 /dev/zero | tr '\\0' x; echo over > over", {
        outputLimit: 1_000,
      });
      expect(exit).toEqual({ kind: "exited", code: 0 });
      expect(output).toBe("x".repeat(1_000));
      expect(await readFile(join(folder, "over"), "utf8")).toBe("over\n");
    });

    it("cuts output at a whole character", async () => {
      const { output } = await execute("printf 'aé'", { outputLimit: 2 });
      expect(output).toBe("a");
    });

    it("tells the signal that killed a command", async () => {
      const { exit } = await execute("kill -KILL $$");
      expect(exit).toEqual({ kind: "killed", signal: "SIGKILL" });
    });

    it("ends a command that takes too long", async () => {
      const { exit } = await execute("sleep 600", { timeout: 100 });
      expect(exit).toEqual({ kind: "timed out" });
    });

    it("lets a command that is ended clean up first", async () => {
      const { exit } = await execute("trap 'echo bye > bye; exit 0' TERM; sleep 600 & wait", {
        timeout: 300,
      });
      expect(exit).toEqual({ kind: "timed out" });
      expect(await readFile(join(folder, "bye"), "utf8")).toBe("bye\n");
    });

    it("kills a command that will not end when asked", async () => {
      const { exit } = await execute("trap '' TERM; while :; do sleep 0.05; done", {
        timeout: 200,
        killAfter: 200,
      });
      expect(exit).toEqual({ kind: "timed out" });
    });

    it("ends a command when its signal is aborted", async () => {
      const stopping = new AbortController();
      const done = execute("echo $$ > pid; sleep 600", {}, stopping.signal);
      await written("pid");
      expect(await left()).not.toEqual([]);
      stopping.abort();
      expect((await done).exit).toEqual({ kind: "stopped" });
      expect(await left()).toEqual([]);
    });

    it("does not start a command whose signal was aborted before", async () => {
      const { exit } = await execute("touch started", {}, AbortSignal.abort());
      expect(exit).toEqual({ kind: "stopped" });
      await expect(readFile(join(folder, "started"))).rejects.toThrow();
    });

    it("leaves no process behind when a command is over", async () => {
      const { exit } = await execute("sleep 600 & echo $! > background");
      expect(exit).toEqual({ kind: "exited", code: 0 });
      await written("background");
      expect(await left()).toEqual([]);
    });

    it("leaves no process behind that went into a session of its own", async () => {
      const line =
        "setsid sh -c 'echo $$ > runaway; exec sleep 600' & until [ -s runaway ]; do sleep 0.01; done";
      const { exit } = await execute(line);
      expect(exit).toEqual({ kind: "exited", code: 0 });
      await written("runaway");
      expect(await left()).toEqual([]);
    });

    it("ends grandchildren in sessions of their own with a command that takes too long", async () => {
      const line =
        "setsid sh -c 'trap \"\" TERM; echo $$ > runaway; while :; do sleep 0.05; done' & sleep 600";
      const { exit } = await execute(line, { timeout: 500, killAfter: 200 });
      expect(exit).toEqual({ kind: "timed out" });
      await written("runaway");
      expect(await left()).toEqual([]);
    });

    it("takes everything along when our own process is killed in its tracks, with its whole group", async () => {
      await using worker = startMortal(folder, boxed ? "boxed" : "plain");
      worker.execute(
        [
          "(setsid sh -c 'trap \"\" TERM HUP; echo $$ > runaway; while :; do sleep 1; done' &);",
          "env -i /bin/sh -c 'echo $$ > nameless; while :; do /bin/sleep 1; done' &",
          "trap '' TERM HUP; wait",
        ].join(" "),
      );
      await Promise.all([written("runaway"), written("nameless")]);
      const started = await worker.started();
      expect(await left()).not.toEqual([]);
      worker.kill();
      await until(async () => (await left()).length === 0);
      await until(async () => (await living(started)).length === 0);
    });
  });
}
