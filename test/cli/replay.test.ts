import { readFileSync, statSync } from "node:fs";

import { expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import { github } from "../../src/forges/github/index.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { fixture } from "../support/fixtures.ts";
import { folderWith, forgehand } from "./command.ts";

const CONFIG = (label: string, more = "") => `
dataDir: .
forges:
  github: { kind: github, token: t, webhookSecret: secret }
automations:
  agent: { on: { label: ${label} }, run: "true" }
${more}`;

/** A data folder with a matched delivery of a label, one without a body, and one that says nothing. */
async function received() {
  const cwd = folderWith({
    "old.yml": CONFIG("coding agent", '  gone: { on: { label: coding agent }, run: "true" }'),
    "new.yml": CONFIG("bug", '  triage: { on: { label: coding agent }, run: "true" }'),
  });
  const store = await openSqlite({ path: `${cwd}/forgehand.db`, log: silent });
  const label = fixture("github", "issue-labeled");
  const reading = github.normalise({ ...label, event: "issues" });
  const about = { forge: "github", door: "", event: "issues", receivedAt: new Date() };
  await store.record({ delivery: { ...about, id: "whole", ...label }, reading, wanted: true });
  await store.record({ delivery: { ...about, id: "light", ...label }, reading, wanted: false });
  const star = { kind: "ignored", reason: "It is a star." } as const;
  await store.record({ delivery: { ...about, id: "star", ...label }, reading: star, wanted: false });
  const decision = { event: 0, matched: true, reason: "The label was set.", stillToAsk: [] };
  await store.change((transaction) =>
    transaction.keepDecisions("1", [
      { ...decision, automation: "agent", outcome: "run", run: 1 },
      { ...decision, automation: "gone", outcome: "refused" },
    ]),
  );
  await store.close();
  return cwd;
}

it("a dry run says what would be different by another config, and writes nothing", async () => {
  const cwd = await received();
  const before = readFileSync(`${cwd}/forgehand.db`);
  const { mtimeMs } = statSync(`${cwd}/forgehand.db`);
  const args = ["replay", "--dry-run", "--since", "7d", "--config", "new.yml"];
  const { code, stdout, stderr } = await forgehand(args, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const golden = `
delivery  forge   event                                       automation  then     now          why
1         github  issue labeled harbour/lighthouse issue #12  agent       run      not matched  Another label was set: "coding agent".
1         github  issue labeled harbour/lighthouse issue #12  triage      —        wanted       The label "coding agent" was set.
1         github  issue labeled harbour/lighthouse issue #12  gone        refused  —            The label was set.

1 delivery looked at.
1 delivery left out: no automation could want it when it came, or it was pruned, so its body is not kept.
1 delivery left out: nothing that Forgehand acts on, or unreadable.
No forge was asked: whoever asks for a run is still refused without permission. Say --ask to ask.
`;
  expect(stdout).toBe(golden.trimStart());
  expect(readFileSync(`${cwd}/forgehand.db`).equals(before)).toBe(true);
  expect(statSync(`${cwd}/forgehand.db`).mtimeMs).toBe(mtimeMs);
});

it("a dry run tells all as JSON, and only of an automation where one is named", async () => {
  const cwd = await received();
  const args = ["replay", "--dry-run", "1", "--all", "--json", "--automation", "agent", "--config"];
  const { stdout } = await forgehand([...args, "old.yml"], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({
    asked: 1,
    rows: [{ delivery: "1", automation: "agent", before: "run", after: "wanted", differs: false }],
  });
});

it("a replay asks for what can be matched, and says what cannot, and what nobody has matched yet", async () => {
  const cwd = await received();
  const { code, stdout } = await forgehand(["replay", "1", "2", "--wait", "0", "--config", "old.yml"], {
    cwd,
  });
  expect(code).toBe(1);
  expect(stdout).toContain("delivery 2: not replayable. No automation wanted it when it came");
  expect(stdout).toContain("delivery 1: not matched yet");
  const store = await openSqlite({ path: `${cwd}/forgehand.db`, log: silent });
  expect(await store.jobs({ stage: "match", subject: "1", limit: 1 })).toMatchObject([{ revision: 2 }]);
  await store.close();
});

it("a replay needs deliveries or a time, not both and not neither", async () => {
  for (const args of [["replay"], ["replay", "1", "--since", "7d"], ["replay", "--since", "7 days"]]) {
    expect((await forgehand(args)).code).toBe(2);
  }
});
