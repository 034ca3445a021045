import { describe, expect, it } from "@jest/globals";

import type { KeptFile } from "../../src/core/repository-file.ts";
import { newRun, repo, SHA } from "../support/samples.ts";
import type { Bench } from "./store-bench.ts";

const FILE: KeptFile = {
  forge: "github",
  repo,
  branch: "main",
  sha: SHA,
  text: "automations: {}\n",
  problems: [{ line: 3, column: 5, path: "automations.test", message: "Wrong." }],
  mended: false,
  askedAt: new Date(2_000),
};

/** What every Store keeps about the own config files of repositories. */
export function repositoryFileTests(bench: () => Bench): void {
  const save = (file: KeptFile) =>
    bench().store.change((transaction) => transaction.saveRepositoryFile(file));
  const found = () => bench().store.repositoryFile(FILE.forge, repo.id);

  describe("the own config file of a repository", () => {
    it("is kept as it was read, one for each repository", async () => {
      expect(await found()).toBeUndefined();
      expect(await save(FILE)).toBe(true);
      expect(await found()).toEqual(FILE);
      const { forge, branch } = FILE;
      const bare = { forge, repo, branch, problems: [], mended: true, askedAt: new Date(3_000) };
      expect(await save(bare)).toBe(true);
      expect(await found()).toEqual(bare);
      expect(await bench().store.repositoryFile("other", repo.id)).toBeUndefined();
    });

    it("is not replaced by one that was asked for before it", async () => {
      await save(FILE);
      expect(await save({ ...FILE, text: "old", askedAt: new Date(1_999) })).toBe(false);
      expect(await found()).toEqual(FILE);
      expect(await save({ ...FILE, text: "same moment" })).toBe(true);
      expect(await found()).toMatchObject({ text: "same moment" });
    });

    it("is listed where it has a text, page by page", async () => {
      await save(FILE);
      const { text, ...empty } = FILE;
      expect(text).toBeDefined();
      await save({ ...empty, repo: { id: "5", fullName: "octo/none" } });
      await save({ ...FILE, repo: { id: "50", fullName: "octo/more" } });
      await save({ ...FILE, forge: "other" });
      const names = async (after?: string) =>
        (await bench().store.repositoryFiles("github", { after, limit: 1 })).map((one) => one.repo.fullName);
      expect([await names(), await names("42"), await names("50")]).toEqual([
        ["octo/hello"],
        ["octo/more"],
        [],
      ]);
    });

    it("lends a run what it says of its automation", async () => {
      const written = '{"run":"make"}';
      const { run } = await bench().store.change((transaction) => transaction.addRun(newRun({ written })));
      expect(run.written).toBe(written);
      expect((await bench().store.run(run.id))?.written).toBe(written);
    });
  });
}
