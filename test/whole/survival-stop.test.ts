import { text } from "node:stream/consumers";

import { describe, expect, it } from "@jest/globals";

import { describeEnd, itOutlives } from "../support/ends.ts";
import { AFTER, BEFORE } from "../support/moments.ts";
import { startSurvival } from "../support/survival.ts";
import { until } from "../support/until.ts";

describe("an issue, where servers are stopped,", () => itOutlives("SIGTERM"));

const MOMENTS = [
  { title: "a server that is stopped before its command is done", moments: BEFORE },
  { title: "a server that is stopped after its command is done", moments: AFTER },
];

for (const one of MOMENTS) {
  describeEnd("SIGTERM", one, (ended) => {
    it("says that it stopped as it should", () => expect(ended().code).toBe(0));
  });
}

describe("a server that is stopped while a log is read", () => {
  it("ends the stream with the hint to come back, and goes on with the log where the next one is", async () => {
    await using survival = await startSurvival({ fix: { on: { label: "fix it" } } });
    const { whole } = survival;
    await survival.startAnew();
    await survival.hang("fix");
    await whole.label(whole.issue(), "fix it");
    await until(() => survival.hangs("fix"));
    const stream = await survival.open("/runs/1/log");
    const told = text(stream.body!);

    expect(await survival.end("SIGTERM")).toBe(0);
    expect((await told).trimEnd().split("\n\n").at(-1)).toBe("retry: 2000");

    await survival.startAnew();
    const after = await text((await survival.open("/runs/1/log")).body!);
    expect(after).toContain("event: end\ndata: errored");
  }, 60_000);
});
