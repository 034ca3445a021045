import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "@jest/globals";
import { parse, stringify } from "yaml";

import { startForgehand } from "../../demo/forgehand.ts";
import { OWNER } from "../../demo/world.ts";
import { silent } from "../../src/core/log.ts";
import { openPostgres } from "../../src/record/postgres.ts";
import { freshPostgres, missingPostgres } from "../support/postgres.ts";
import { describeWith } from "../support/services.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";

describeWith(missingPostgres)("a history that is moved from SQLite to PostgreSQL", () => {
  it("goes on there: what waited is done, what came again is known, and the old server takes nothing more", async () => {
    await using whole = await startWhole({
      automations: { fix: { on: { label: "fix it" }, run: "true" } },
      serve: ["--no-worker"],
    });
    await using database = await freshPostgres();
    await using elsewhere = await temporaryFolder();
    const { world, servers } = whole;
    const told = async () => {
      const thread = whole.issue();
      const { repository } = thread;
      world.changeLabels(thread, { add: ["fix it"] });
      return { thread, repository, kind: "labels", actor: OWNER, added: ["fix it"], removed: [] } as const;
    };
    const first = await told();
    const happening = await world.told(first);
    expect(await whole.tell(happening, { id: "first" })).toMatchObject({ body: { status: "recorded" } });

    const said = await whole.cli("migrate", "--to", database.url);
    expect(said).toMatch(/^deliveries +1 +1 +([0-9a-f]{16}) +\1 +same$/m);
    expect(said).toMatch(/rows moved to .* and compared in/);
    expect(said).not.toContain("DIFFERENT");
    const late = await world.told(await told());
    expect(await whole.tell(late, { id: "late" })).toMatchObject({ status: 503 });
    expect(await (await fetch(`${servers[0]!.url}/readyz`)).json()).toMatchObject({
      status: expect.not.stringMatching(/^ready$/),
    });
    await expect(whole.start()).rejects.toThrow(/The history was moved to the database/);

    const config = join(elsewhere.path, "forgehand.yml");
    const written = parse(await readFile(whole.config, "utf8")) as object;
    const dataDir = join(elsewhere.path, "data");
    await writeFile(config, stringify({ ...written, dataDir, database: database.url }));
    const server = await startForgehand({ config, cwd: elsewhere.path, environment: world.environment });
    const store = await openPostgres({ url: database.url, log: silent, readOnly: true });
    try {
      const isDone = (state: string) => state === "succeeded";
      await until(async () => (await store.runs({ limit: 10 })).some((run) => isDone(run.state)), 30_000);
      expect(await whole.tell(happening, { id: "first", to: server })).toMatchObject({
        body: { status: "duplicate" },
      });
      expect(await whole.tell(late, { id: "late", to: server })).toMatchObject({
        body: { status: "recorded" },
      });
      await until(async () => {
        const runs = await store.runs({ limit: 10 });
        return runs.length === 2 && runs.every((run) => isDone(run.state));
      }, 30_000);
      await until(() => whole.comments(first.thread).length === 1);
    } finally {
      await server.stop();
      await store.close();
    }
  }, 120_000);
});
