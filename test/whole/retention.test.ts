import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect, it } from "@jest/globals";

import type { Run } from "../../src/core/run.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import type { Whole } from "../support/whole.ts";
import { startWhole } from "../support/whole.ts";

const DAY_MS = 24 * 3_600_000;

/** Let what happened so far be so many days old. */
function age({ dataDir }: Whole, days: number): void {
  const database = new DatabaseSync(join(dataDir, "forgehand.db"), { timeout: 5_000 });
  database.exec(`update deliveries set received_at = received_at - ${days * DAY_MS}`);
  database.exec(
    `update runs set created_at = created_at - ${days * DAY_MS}, finished_at = finished_at - ${days * DAY_MS}`,
  );
  database.close();
}

const logOf = async ({ store }: Whole, { id }: Run) =>
  (await store.log(id, 0)).map(({ text }) => text).join("");

it("old bodies and logs go and young ones stay, and a run whose delivery has no body any more says so", async () => {
  await using told = await temporaryFolder();
  const payload = join(told.path, "payload");
  const run = `echo said; cat "$FORGEHAND_PAYLOAD_PATH" > "${payload}"`;
  await using whole = await startWhole({
    automations: { test: { on: { label: "test" }, workspace: "none", run } },
    retention: { bodies: "14d", logs: "30d", every: "1s" },
    echo: false,
  });
  const { store } = whole;
  const ask = async (id: string) => {
    const before = (await whole.runs()).length;
    await whole.label(whole.issue(), "test", { id });
    await until(async () => (await whole.runs()).length > before);
    return whole.over((await whole.runs()).at(-1)!.id);
  };
  const hasBody = async ({ delivery }: Run) => (await store.delivery(delivery))?.body !== undefined;

  const oldest = await ask("oldest");
  expect(await readFile(payload, "utf8")).toContain("labeled");
  age(whole, 20);
  const older = await ask("older");
  age(whole, 20);
  const young = await ask("young");
  expect(await logOf(whole, oldest)).toContain("said");
  whole.passTime();
  await until(async () => !(await hasBody(older)) && (await logOf(whole, oldest)) === "", 20_000);
  expect([await hasBody(oldest), await hasBody(older), await hasBody(young)]).toEqual([false, false, true]);
  expect(await logOf(whole, older)).toContain("said");
  expect(await logOf(whole, young)).toContain("said");
  expect(await whole.runs()).toHaveLength(3);

  expect(await whole.cli("explain", older.delivery)).toContain("Its body was pruned");
  expect(await whole.cli("replay", older.delivery)).toContain("not replayable. Its body was pruned");
  expect(await whole.cli("runs", "retry", String(older.id))).toContain("repeats run");
  const again = await whole.over((await whole.runs()).at(-1)!.id);
  expect(again).toMatchObject({ state: "succeeded", follows: older.id });
  expect(await logOf(whole, again)).toContain("was pruned: the file payload.json is empty");
  expect(await readFile(payload, "utf8")).toBe("");

  // A forge that sends an old delivery again brings its body back, and starts nothing twice.
  expect(await whole.redeliver("older")).toMatchObject({ status: 200 });
  await whole.quiet();
  expect(await whole.runs()).toHaveLength(4);
}, 90_000);
