import { execFile } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";

import { describe, expect, it } from "@jest/globals";

import { headOf } from "../../demo/repository.ts";
import { pushes } from "../support/moments.ts";
import type { Survival } from "../support/survival.ts";
import { startSurvival } from "../support/survival.ts";
import { until } from "../support/until.ts";
import { expectTidy, expectWell } from "../support/well.ts";

/** What can be wrong with a store while its server runs. */
interface Trouble {
  readonly title: string;
  /** Bring it about; the answer mends it. */
  readonly begin: (survival: Survival) => Promise<() => Promise<unknown>>;
  /** What the log says then. */
  readonly says: RegExp;
}

/** Nothing of the server's may be written beyond the first byte: for SQLite the same as a disk without room. */
const limitFiles = (pid: number | undefined, limit: string) =>
  promisify(execFile)("prlimit", ["--pid", String(pid), `--fsize=${limit}:`]);

const TROUBLES: readonly Trouble[] = [
  {
    title: "that another program keeps locked",
    begin: async ({ whole }) => {
      // The server may be writing at this moment: its lock is waited for.
      const other = new DatabaseSync(join(whole.dataDir, "forgehand.db"), { timeout: 10_000 });
      other.exec("begin immediate");
      return async () => other.close();
    },
    says: /was locked by another process for \d+ ms, so nothing was written/,
  },
  {
    title: "that has no room to grow",
    begin: async ({ whole }) => {
      const [server] = whole.servers;
      await limitFiles(server?.pid, "1");
      return () => limitFiles(server?.pid, "unlimited");
    },
    says: /could not be read or written: check the disk/,
  },
];

describe.each(TROUBLES)("a store $title", ({ begin, says }) => {
  it("keeps nothing by halves, holds no work up for longer than it lasts, and is used again by itself", async () => {
    await using survival = await startSurvival({
      before: { on: { label: "before" } },
      meanwhile: { on: { label: "meanwhile" } },
    });
    const { whole } = survival;
    await survival.startAnew();
    const push = survival.git.trap((asked) => pushes(asked, { automation: "before", number: 0 }), "hold", 1);
    const before = whole.issue();
    await whole.label(before, "before");
    await push.met;
    const kept = (await whole.store.deliveries({ limit: 200 })).length;

    const mend = await begin(survival);
    const meanwhile = whole.issue();
    const id = "sent-in-trouble";
    expect(await whole.label(meanwhile, "meanwhile", { id })).toMatchObject({ status: 503 });
    expect(await whole.store.deliveries({ limit: 200 })).toHaveLength(kept);
    const refused = whole.servers[0]?.log.find((line) => line.includes("delivery not kept"));
    expect(refused).toMatch(says);
    push.release();
    await until(() => headOf(whole.world.bare, `forgehand/before/${before.number}-fix-it`));
    await mend();

    expect(await whole.redeliver(id)).toMatchObject({ status: 200, body: { status: "recorded" } });
    await expectTidy(survival);
    const well = { state: "succeeded", executions: 1, published: "pull request" } as const;
    await expectWell(survival, { automation: "before", thread: before }, well);
    await expectWell(survival, { automation: "meanwhile", thread: meanwhile }, well);
  }, 60_000);
});
