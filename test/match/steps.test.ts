import { describe, expect, it } from "@jest/globals";

import { scene } from "../support/match-scene.ts";
import { automation, issueEvent, only, pullRequestEvent } from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const mallory = { id: "666", login: "mallory" };

/** The steps of the one decision, in short: what was looked at, with a cross where it ended. */
const short = (decisions: Awaited<ReturnType<Awaited<ReturnType<typeof scene>>["deliver"]>>): string[] =>
  (decisions[0]?.steps ?? []).map(({ what, ok }) => (ok ? what : `${what} ✗`));

describe("the steps of a decision", () => {
  it("tell all that was looked at before a run, in order, each with a sentence", async () => {
    await using kept = await temporaryStore();
    const { deliver, setLabel } = await scene([automation()], kept.store);
    setLabel("e1");
    const decisions = await deliver(issueEvent());
    expect(short(decisions)).toEqual(["forge", "repository", "trigger", "label", "permission", "run"]);
    expect(decisions[0]?.steps?.every(({ said }) => said.endsWith("."))).toBe(true);
  });

  it("end at the first that stands in the way", async () => {
    await using kept = await temporaryStore();
    const elsewhere = automation({ repositories: only("other/*") });
    const { deliver } = await scene([elsewhere], kept.store);
    expect(short(await deliver(issueEvent()))).toEqual(["forge", "repository ✗"]);
  });

  it("name the permission that is missing", async () => {
    await using kept = await temporaryStore();
    const { deliver, setLabel } = await scene([automation()], kept.store);
    setLabel("e1", mallory);
    const decisions = await deliver(issueEvent());
    expect(short(decisions).slice(-2)).toEqual(["label", "permission ✗"]);
    expect(decisions[0]?.steps?.at(-1)?.said).toContain("mallory has");
  });

  it("tell of what was answered before, and of what is still active", async () => {
    await using kept = await temporaryStore();
    const { deliver, setLabel } = await scene([automation()], kept.store);
    setLabel("e1");
    await deliver(issueEvent());
    expect(short(await deliver(issueEvent())).at(-1)).toBe("same happening ✗");
    setLabel("e2");
    expect(short(await deliver(issueEvent())).at(-1)).toBe("concurrency ✗");
  });

  it("tell that the same delivery started a run before", async () => {
    await using kept = await temporaryStore();
    const tests = automation({ on: { pullRequest: ["opened", "updated"] } });
    const { deliver } = await scene([tests], kept.store);
    await deliver(pullRequestEvent(), "one");
    expect(short(await deliver(pullRequestEvent(), "one")).at(-1)).toBe("same delivery ✗");
  });
});
