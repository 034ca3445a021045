import { describe, expect, it } from "@jest/globals";

import { describeEnd, itOutlives } from "../support/ends.ts";
import { AFTER, BEFORE } from "../support/moments.ts";
import { expectTidy, publishedBy } from "../support/well.ts";

describe("an issue, where servers are killed,", () => itOutlives("SIGKILL"));

describeEnd("SIGKILL", { title: "a server that is killed before its command is done", moments: BEFORE });

describeEnd(
  "SIGKILL",
  { title: "a server that is killed after its command is done", moments: AFTER },
  (ended) => {
    it("lets a lost run be asked for again, which comes to one branch and one pull request", async () => {
      const { survival, reached } = ended();
      const { whole } = survival;
      const lost = AFTER.filter(({ ends }) => ends.state === "errored").map(({ automation }) => automation);
      await Promise.all(lost.map((one) => whole.label(reached.threads.get(one)!, one)));
      await expectTidy(survival);
      for (const automation of lost) {
        const runs = (await whole.runs()).filter((run) => run.automation === automation);
        expect(runs.map(({ state }) => state)).toEqual(["errored", "succeeded"]);
        const { branches, pulls } = await publishedBy(survival, automation);
        expect({ automation, count: [branches.length, pulls.length] }).toEqual({ automation, count: [1, 1] });
      }
    }, 60_000);
  },
);
