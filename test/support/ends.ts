import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Moment, Reached } from "./moments.ts";
import { automationsFor, reach } from "./moments.ts";
import type { Ending, Survival } from "./survival.ts";
import { startSurvival } from "./survival.ts";
import { until } from "./until.ts";
import { expectTidy, expectWell } from "./well.ts";

/** What is there when a server has ended and the next one has done what was left to do. */
export interface Ended {
  readonly survival: Survival;
  readonly reached: Reached;
  /** Exit code of the server that ended; null where it was killed. */
  readonly code: number | null;
}

/** End one server that is at all of these moments, and see for each what the next one makes of it. */
export function describeEnd(
  signal: Ending,
  { title, moments }: { title: string; moments: readonly Moment[] },
  more?: (ended: () => Ended) => void,
): void {
  describe(title, () => {
    let survival: Survival;
    let ended: Ended;

    beforeAll(async () => {
      survival = await startSurvival(automationsFor(moments));
      await survival.startAnew();
      const reached = await reach(survival, moments);
      const code = await survival.end(signal);
      // Commands and git die with their server: no other one has to come for that.
      await until(async () => (await survival.orphans()).length === 0);
      reached.letGo();
      await survival.startAnew();
      await survival.whole.quiet();
      ended = { survival, reached, code };
    }, 120_000);

    afterAll(async () => survival[Symbol.asyncDispose](), 60_000);

    it("leaves nothing undone and nothing behind", () => expectTidy(survival), 60_000);

    it.each(moments)("leaves one run that ends well, at $automation", async ({ automation, ends }) => {
      const thread = ended.reached.threads.get(automation);
      if (thread === undefined) throw new Error(`nothing has happened for ${automation}`);
      await expectWell(survival, { automation, thread }, ends);
    });

    more?.(() => ended);
  });
}

/** See that an issue outlives a server after each step: recorded, matched, run, and only then reported. */
export function itOutlives(signal: Ending): void {
  it("outlives a server after each step of its own", async () => {
    await using survival = await startSurvival({ fix: { on: { label: "fix it" } } });
    const { whole } = survival;
    await survival.startAnew({ worker: { match: 0 } });
    const thread = whole.issue();
    expect(await whole.label(thread, "fix it")).toMatchObject({ status: 200 });
    await survival.end(signal);

    await survival.startAnew({ worker: { run: 0, report: 0 } });
    await survival.sees("fix", "queued");
    await survival.end(signal);

    await survival.startAnew({ worker: { report: 0 } });
    await survival.sees("fix", "succeeded");
    await survival.end(signal);
    expect([thread.labels, whole.comments(thread)]).toEqual([["fix it"], []]);

    await survival.startAnew();
    await expectTidy(survival);
    const ends = { state: "succeeded", executions: 1, published: "pull request" } as const;
    await expectWell(survival, { automation: "fix", thread }, ends);
  }, 60_000);
}
