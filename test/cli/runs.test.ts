import { describe, expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { run as sample } from "../support/samples.ts";
import { folderWith, forgehand } from "./command.ts";

/** A data folder with two queued runs, and what the command says there. */
async function withRuns() {
  const cwd = folderWith();
  const store = await openSqlite({ path: `${cwd}/forgehand.db`, log: silent });
  await store.change(async (transaction) => {
    await transaction.addRun(sample({ key: "one", automation: "first" }));
    await transaction.addRun(sample({ key: "two", automation: "second\u001b[31m" }));
  });
  const claim = await store.claim("run", { lease: 60_000, subject: "1" });
  await store.appendLog(claim!, 1, "line one\n\u001b[2Jline two\n", 10_000);
  await store.close();
  return (...args: string[]) => forgehand(["runs", ...args, "--data", "."], { cwd });
}

describe("forgehand runs", () => {
  it("says that there are none in an empty store", async () => {
    expect(await forgehand(["runs"])).toMatchObject({ code: 0, stdout: "There are no such runs.\n" });
    expect(await forgehand(["runs", "list", "--json"])).toMatchObject({ code: 0, stdout: "[]\n" });
  });

  it("lists the newest first, without what would steer a terminal", async () => {
    const runs = await withRuns();
    const { stdout } = await runs();
    expect(stdout).toMatch(/^ +2 {2}queued .* second .*\n +1 {2}queued .* first .*\n$/);
    expect(stdout).not.toContain("\u001b");
  });

  it("lists only what is asked for", async () => {
    const runs = await withRuns();
    const ids = async (...args: string[]) =>
      (JSON.parse((await runs("list", "--json", ...args)).stdout) as { id: number }[]).map(({ id }) => id);
    expect(await ids("--automation", "first")).toEqual([1]);
    expect(await ids("--limit", "1")).toEqual([2]);
    expect(await ids("--state", "failed")).toEqual([]);
  });

  it("shows one, and what its command wrote", async () => {
    const runs = await withRuns();
    expect((await runs("show", "1")).stdout).toContain("place:           github octo/hello issue #7");
    expect(JSON.parse((await runs("show", "1", "--json")).stdout)).toMatchObject({
      id: 1,
      automation: "first",
    });
    expect((await runs("log", "1")).stdout).toBe("line one\nline two\n");
  });

  it("cancels one that waits at once, and one that is over not at all", async () => {
    const runs = await withRuns();
    expect((await runs("cancel", "2")).stdout).toBe("Run 2 is cancelled.\n");
    expect(JSON.parse((await runs("show", "2", "--json")).stdout)).toMatchObject({
      state: "cancelled",
      reason: "Cancelled on the command line.",
    });
  });

  it.each(["show", "log", "cancel"])(
    "ends with 1 and a sentence where there is no such run: %s",
    async (what) => {
      const { code, stderr } = await forgehand(["runs", what, "7"]);
      expect(code).toBe(1);
      expect(stderr).toBe(
        "There is no run 7 here, or it was pruned. See `forgehand runs` for those that are.\n",
      );
    },
  );
});
