import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it } from "@jest/globals";

import { PORT } from "../../scripts/forge-table/port.ts";
import type { Column } from "../../scripts/forge-table/row.ts";
import { TRIGGERS } from "../../scripts/forge-table/triggers.ts";
import type { Ability } from "../../src/core/forge.ts";
import { ABILITIES } from "../../src/core/forge.ts";
import { issueEvent, pullRequestEvent } from "../support/samples.ts";

/** A kind of forge that lacks some abilities, and tells of some events. */
function column(lacks: readonly Ability[], events: Column["events"] = []): Column {
  const adapter = { lacks, contentTypes: ["application/json"], paths: [] };
  return { title: "Some", adapter, forge: { webhooks: { levels: {} } }, events };
}

const cellOf = (what: string, of: Column) =>
  [...PORT, ...TRIGGERS].find((row) => row.what === what)?.cell(of);

describe("the table of what works on which forge", () => {
  it("is in src/forges/README.md as the adapters are now (else: npm run forge-table)", async () => {
    const root = join(import.meta.dirname, "../..");
    const script = join(root, "scripts/forge-table.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [script, "--print"]);
    expect(stdout).toBe(readFileSync(join(root, "src/forges/README.md"), "utf8"));
  });

  it.each(ABILITIES)("shows where a forge lacks: %s", (ability) => {
    const differs = PORT.filter(({ cell }) => cell(column([])) === "yes" && cell(column([ability])) === "–");
    expect(differs).not.toEqual([]);
  });

  it("takes a trigger for served only where a fixture has such an event", () => {
    expect(TRIGGERS.map(({ cell }) => cell(column([])))).toEqual(TRIGGERS.map(() => "–"));
    const told = column([], [issueEvent({ action: "labeled", label: "bug" })]);
    expect(cellOf("Label set on an issue", told)).toBe("yes");
    expect(cellOf("Label taken off an issue", told)).toBe("–");
    expect(cellOf("Label set on a pull request", told)).toBe("–");
  });

  it("tells where only the forge knows which label it was", () => {
    const told = column([], [pullRequestEvent({ action: "label_updated" })]);
    expect(cellOf("Label set on a pull request", told)).toBe("asked");
    expect(cellOf("Label taken off a pull request", told)).toBe("asked");
  });
});
