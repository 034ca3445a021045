import { describe, expect, it } from "@jest/globals";

import type { Filter } from "../../src/core/automation.ts";
import { compileCondition } from "../../src/config/automation/expression.ts";
import { scene } from "../support/match-scene.ts";
import {
  automation,
  bot,
  but,
  commentEvent,
  issue,
  issueEvent,
  manualEvent,
  only,
  pullRequest,
  pullRequestEvent,
  pushEvent,
  scheduleEvent,
} from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const mallory = { id: "6", login: "mallory" };
const mentioned = automation({ name: "helper", on: { mention: true } });
const assigned = automation({ name: "helper", on: { assigned: true } });
const assignment = (change = {}) =>
  issueEvent({
    action: "assigned",
    label: undefined,
    assignee: bot,
    issue: issue({ labels: [] }),
    ...change,
  });

describe("a mention", () => {
  it("of our account starts a run, of any other account none", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([mentioned], kept.store);
    await deliver(commentEvent("@alice, look at this"));
    expect(await runs()).toEqual([]);
    await deliver(commentEvent("@Forgehand, look at this"));
    expect(await runs()).toMatchObject([{ automation: "helper", publishes: true, thread: { number: 7 } }]);
  });

  it("in a line that is a command to us is that command, and no mention", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([mentioned], kept.store);
    await deliver(commentEvent("@forgehand stop\nI mean you, @forgehand!"));
    expect(await runs()).toEqual([]);
  });

  it("told twice is one run", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([mentioned], kept.store);
    await deliver(commentEvent("Look, @forgehand"), "one");
    await deliver(commentEvent("Look, @forgehand"), "two");
    expect(await runs()).toHaveLength(1);
  });

  it("by somebody without rights is refused with a comment", async () => {
    await using kept = await temporaryStore();
    const { deliver } = await scene([mentioned], kept.store);
    const event = { ...commentEvent("Look, @forgehand"), actor: mallory };
    expect(await deliver(event)).toMatchObject([
      { outcome: "refused", reason: expect.stringMatching(/for this mention.*mallory has none/) },
    ]);
  });
});

describe("an assignment", () => {
  it("to our account starts a run, to any other none", async () => {
    await using kept = await temporaryStore();
    const { deliver, runs } = await scene([assigned], kept.store);
    await deliver(assignment({ assignee: mallory }));
    await deliver(assignment({ assignee: { id: "7", login: "forgehand" } }));
    expect(await runs()).toEqual([]);
    await deliver(assignment());
    expect(await runs()).toHaveLength(1);
  });

  it("by somebody without rights is refused with a comment", async () => {
    await using kept = await temporaryStore();
    const { deliver } = await scene([assigned], kept.store);
    expect(await deliver(assignment({ actor: mallory }))).toMatchObject([
      { outcome: "refused", reason: expect.stringContaining("for this assignment") },
    ]);
  });
});

describe("labels that we set or take off", () => {
  const label = automation();
  const watcher = automation({
    name: "watcher",
    on: { issue: ["labeled", "unlabeled"], labelRemoved: "coding agent" },
  });
  const changed = (action: "labeled" | "unlabeled", name: string, actor = bot) =>
    issueEvent({ action, label: name, actor, issue: issue({ labels: [] }) });

  it("start nothing, while the same done by people does", async () => {
    await using kept = await temporaryStore();
    const { deliver, setLabel, forge, runs } = await scene([label, watcher], kept.store);
    forge.permissions.set("forgehand", "write");
    setLabel("e1");
    await deliver(issueEvent());
    const before = (await runs()).length;
    await deliver(changed("labeled", "coding agent processing"));
    await deliver(changed("unlabeled", "coding agent"));
    expect(await runs()).toHaveLength(before);
    await deliver(changed("labeled", "bug"));
    expect(await runs()).toHaveLength(before);
    const [first] = await runs();
    await kept.store.change((transaction) => transaction.moveRun(first?.id ?? 0, "cancel", {}));
    await deliver(changed("labeled", "bug", { id: "1", login: "alice" }));
    expect((await runs()).at(-1)).toMatchObject({ automation: "watcher" });
  });
});

describe("paths", () => {
  const monorepo = (paths: Filter) =>
    automation({ name: "docs", on: { push: true, pullRequest: ["opened"] }, filters: { paths } });

  it.each<[string, Filter, readonly string[] | undefined, string]>([
    ["one of them passes", only("docs/**"), ["src/a.ts", "docs/a.md"], "run"],
    ["none of them passes", only("docs/**"), ["src/a.ts"], "dropped"],
    ["nothing is changed", only("docs/**"), [], "dropped"],
    ["all of them are excluded", but("**/*.md"), ["docs/a.md", "README.md"], "dropped"],
    ["one of them is not excluded", but("**/*.md"), ["docs/a.md", "src/a.ts"], "run"],
    ["nobody can tell", only("docs/**"), undefined, "run"],
  ])("decide at last: %s", async (_, paths, changed, outcome) => {
    await using kept = await temporaryStore();
    const { deliver } = await scene([monorepo(paths)], kept.store, changed);
    for (const event of [pushEvent(), pullRequestEvent()]) {
      const [decision] = await deliver(event);
      expect(decision).toMatchObject({ outcome });
      expect(decision?.steps?.find(({ what }) => what === "paths")?.said).toMatch(
        /It changes|cannot be told/,
      );
    }
  });

  it("are not asked for what nobody may ask for", async () => {
    await using kept = await temporaryStore();
    const { deliver } = await scene([monorepo(only("docs/**"))], kept.store, ["docs/a.md"]);
    const [decision] = await deliver(pushEvent({ actor: mallory }));
    expect(decision?.steps?.map(({ what }) => what)).not.toContain("paths");
  });
});

describe("what the operator asks for", () => {
  it("needs no permission of a forge, and publishes where its automation says so", async () => {
    await using kept = await temporaryStore();
    const times = { schedule: [{ cron: "@daily", timezone: "UTC" }] };
    const automations = [
      automation({ name: "update", on: times, publish: true }),
      automation({ name: "check", on: times }),
    ];
    const { deliver, forge, runs } = await scene(automations, kept.store);
    await deliver(scheduleEvent("update"));
    await deliver(scheduleEvent("update"));
    await deliver(scheduleEvent("check"));
    await deliver(manualEvent("check", { issue: issue() }));
    expect(forge.calls).not.toContain("permission");
    expect((await runs()).map(({ automation: name, publishes }) => [name, publishes])).toEqual([
      ["update", true],
      ["check", false],
      ["check", true],
    ]);
  });
});

describe("a condition", () => {
  const condition = (text: string) => {
    const compiled = compileCondition(text);
    if ("problem" in compiled) throw new Error(compiled.problem);
    return compiled;
  };

  it("over a pull request that a delivery names in part is asked once the forge has told the rest", async () => {
    await using kept = await temporaryStore();
    const filters = { condition: condition('event.pullRequest.source.branch.startsWith("deps/")') };
    const commanded = automation({ name: "test", on: { command: "test" }, filters });
    const { deliver, forge } = await scene([commanded], kept.store);
    const partial = pullRequest({
      source: undefined,
      target: undefined,
      headSha: undefined,
      fork: undefined,
    });
    const comment = (id: string) =>
      commentEvent("/forgehand test", {
        issue: undefined,
        pullRequest: partial,
        comment: { id, body: "/forgehand test" },
      });
    forge.pullRequests.push(pullRequest());
    expect(await deliver(comment("1"))).toMatchObject([
      { outcome: "dropped", reason: expect.stringContaining("does not hold") },
    ]);
    forge.pullRequests.splice(0, 1, pullRequest({ source: { branch: "deps/x", repo: "octo/hello" } }));
    expect(await deliver(comment("2"))).toMatchObject([{ outcome: "run" }]);
  });

  it("that cannot be told of an event drops it, and says why", async () => {
    await using kept = await temporaryStore();
    const filters = { condition: condition("event.issue.number > 5") };
    const { deliver } = await scene([automation({ on: { push: true }, filters })], kept.store);
    expect(await deliver(pushEvent())).toMatchObject([
      { outcome: "not matched", reason: expect.stringMatching(/cannot be told: No such key: issue\./) },
    ]);
  });
});
