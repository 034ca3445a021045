import { describe, expect, it } from "@jest/globals";

import { json, missing, table } from "../../demo/print.ts";
import type { Fact, Sight } from "../../demo/story.ts";
import { watch } from "../../demo/story.ts";

const place = { forge: "github", place: "issue #1" };
const there: Sight = { ...place, step: "delivery kept", look: () => "it is on disk" };
const never: Sight = { ...place, step: "branch pushed", look: () => undefined };

const look = (sights: readonly Sight[], tell: (fact: Fact) => void = () => undefined) =>
  watch(sights, { deadline: 0, seconds: () => 1.5, tell });

describe("what the demo looks for", () => {
  it("is told once when it is there", async () => {
    const told: Fact[] = [];
    const facts = await look([there], (fact) => void told.push(fact));
    expect(facts).toEqual([{ ...place, step: "delivery kept", seen: "it is on disk", at: 1.5 }]);
    expect(told).toEqual(facts);
  });

  it("is missing when it does not come in time", async () => {
    const facts = await look([there, never]);
    expect(facts[1]).toEqual({ ...place, step: "branch pushed" });
    expect(table(facts)).toMatch(/branch pushed +MISSING/);
    expect(missing(facts.slice(1), ["the last word"])).toMatch(/branch pushed[\s\S]*the last word/);
    expect(JSON.parse(json({ facts, seconds: 2, server: "" }))).toMatchObject({ ok: false });
  });
});
