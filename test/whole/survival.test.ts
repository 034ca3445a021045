import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Moment, Reached } from "../support/moments.ts";
import { AFTER, automationsFor, BEFORE, reach } from "../support/moments.ts";
import type { Survival } from "../support/survival.ts";
import { startSurvival } from "../support/survival.ts";
import { expectTidy, expectWell, publishedBy } from "../support/well.ts";

/** One server at all of these moments is killed, and what the next one makes of it is looked at for each. */
function describeKilled(where: string, moments: readonly Moment[], more?: (killed: Killed) => void): void {
  describe(`a server that is killed ${where}`, () => {
    let survival: Survival;
    let reached: Reached;

    beforeAll(async () => {
      survival = await startSurvival(automationsFor(moments));
      await survival.startAnew();
      reached = await reach(survival, moments);
      await survival.end("SIGKILL");
      reached.letGo();
      await survival.startAnew();
      await survival.whole.quiet();
    }, 120_000);

    afterAll(async () => survival[Symbol.asyncDispose](), 60_000);

    it("leaves nothing undone and nothing behind", () => expectTidy(survival), 60_000);

    it.each(moments)("at $automation leaves one run that ends well", async ({ automation, ends }) => {
      await expectWell(survival, { automation, thread: reached.threads.get(automation)! }, ends);
    });

    more?.(() => ({ survival, reached }));
  });
}

type Killed = () => { survival: Survival; reached: Reached };

describeKilled("before its command is done", BEFORE);

describeKilled("after its command is done", AFTER, (killed) => {
  it("lets a lost run be asked for again, which comes to one pull request", async () => {
    const { survival, reached } = killed();
    const { whole } = survival;
    const lost = AFTER.filter(({ ends }) => ends.state === "errored").map(({ automation }) => automation);
    await Promise.all(lost.map((one) => whole.label(reached.threads.get(one)!, one)));
    await whole.quiet();
    for (const automation of lost) {
      const runs = (await whole.runs()).filter((run) => run.automation === automation);
      expect(runs.map(({ state }) => state)).toEqual(["errored", "succeeded"]);
      const { branches, pulls } = await publishedBy(survival, automation);
      expect({ automation, count: [branches.length, pulls.length] }).toEqual({ automation, count: [1, 1] });
    }
    await expectTidy(survival);
  }, 60_000);
});
