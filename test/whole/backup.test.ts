import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { expect, it } from "@jest/globals";
import { parse, stringify } from "yaml";

import { startForgehand } from "../../demo/forgehand.ts";
import { OWNER } from "../../demo/world.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";

/** Deliveries before the backup, and senders beside it. */
const BEFORE = 60;
const SENDERS = 4;

it("a server on a backup that was made in a burst has all that was accepted before it, and goes on with that", async () => {
  await using whole = await startWhole({ automations: { fix: { on: { label: "fix it" }, run: "true" } } });
  await using elsewhere = await temporaryFolder();
  const { world } = whole;
  const thread = whole.issue();
  world.changeLabels(thread, { add: ["fix it"] });
  const { repository } = thread;
  const happening = {
    kind: "labels",
    repository,
    actor: OWNER,
    thread,
    added: ["fix it"],
    removed: [],
  } as const;
  const told = await world.told(happening);
  const before = Array.from({ length: BEFORE }, (_, index) => `before-${index}`);
  for (const id of before) expect(await whole.tell(told, { id })).toMatchObject({ status: 200 });

  const file = join(elsewhere.path, "backup.db");
  const answers: number[] = [];
  let isMade = false;
  const send = async (sender: number) => {
    for (let count = 0; !isMade; count++) {
      answers.push((await whole.tell(told, { id: `during-${sender}-${count}` })).status);
    }
  };
  const senders = Array.from({ length: SENDERS }, (_, sender) => send(sender));
  await until(() => answers.length > SENDERS);
  const said = await whole.cli("backup", file, "--json");
  isMade = true;
  await Promise.all(senders);
  expect(new Set(answers)).toEqual(new Set([200]));
  const made = JSON.parse(said) as { deliveries: number };
  expect(made.deliveries).toBeGreaterThanOrEqual(BEFORE);
  expect(made.deliveries).toBeLessThanOrEqual(BEFORE + answers.length);

  const dataDir = join(elsewhere.path, "data");
  const config = join(elsewhere.path, "forgehand.yml");
  const written = parse(await readFile(whole.config, "utf8")) as object;
  await mkdir(dataDir);
  await copyFile(file, join(dataDir, "forgehand.db"));
  await writeFile(config, stringify({ ...written, dataDir }));
  const restored = await startForgehand({ config, cwd: elsewhere.path, environment: world.environment });
  try {
    const kept = new DatabaseSync(join(dataDir, "forgehand.db"), { readOnly: true });
    const ids = kept.prepare("select delivery_id from deliveries").all();
    kept.close();
    expect(ids.map(({ delivery_id: id }) => id)).toEqual(expect.arrayContaining(before));
    expect(await whole.tell(told, { id: before[0]!, to: restored })).toMatchObject({
      body: { status: "duplicate" },
    });
    expect(await whole.tell(told, { id: "after", to: restored })).toMatchObject({
      body: { status: "recorded" },
    });
  } finally {
    await restored.stop();
  }
}, 90_000);
