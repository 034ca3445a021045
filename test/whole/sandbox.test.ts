import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { headOf } from "../../demo/repository.ts";
import { SANDBOX_PROGRAMS } from "../support/boxes.ts";
import { describeWith, missingOf } from "../support/services.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";
import type { World } from "../../demo/world.ts";

const opened = (...branches: string[]) => ({
  on: { pull_request: ["opened"], branches },
  sandbox: "required",
});

/** The workspace is `data/runs/NAME/work`, so the store and the config are a few folders up. */
const AUTOMATIONS = {
  agent: {
    on: { label: "coding agent" },
    sandbox: "required",
    run: 'echo "Hello, everybody!" > greeting.txt; git commit --quiet --all --message "Greet all"; echo "Greets." > "$FORGEHAND_SUMMARY_PATH"',
  },
  honest: { ...opened(), run: "grep -q Hello greeting.txt; echo built > built; test -s built" },
  thief: { ...opened(), run: "cat ../../../forgehand.db" },
  reader: { ...opened(), run: "cat ../../../../forgehand.yml" },
  hog: { ...opened(), run: "tail /dev/zero", limits: { memory: "100MiB" } },
};

describeWith(missingOf(SANDBOX_PROGRAMS)).each(["github", "gitlab", "gitea"] as const)(
  "a run in the sandbox, asked by %s",
  (forge) => {
    let whole: Whole<World>;

    beforeAll(async () => {
      whole = await startWhole({ automations: AUTOMATIONS, forge });
    }, 60_000);

    afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

    it("succeeds with what it may do, and fails where it reads what is Forgehand's or takes too much", async () => {
      const { sha } = await whole.pull("change", { "greeting.txt": "Hello, you!\n" });
      await whole.quiet();
      const states = new Map(
        whole.statuses(sha).map(({ context, state }) => [context.replace("forgehand/", ""), state]),
      );
      expect(Object.fromEntries(states)).toEqual({
        honest: "success",
        thief: "failure",
        reader: "failure",
        hog: "failure",
      });
      const runs = await whole.runs();
      const reasonOf = (automation: string) => runs.find((run) => run.automation === automation)?.reason;
      expect(reasonOf("thief")).toBe("The command ended with exit code 1.");
      expect(reasonOf("hog")).toMatch(/^The command used more than 100 MiB of memory and was ended:/);
      const thief = runs.find(({ automation }) => automation === "thief")!;
      const log = (await whole.store.log(thief.id, 0)).map(({ text }) => text).join("");
      expect(log).toContain("starting the command in the sandbox");
      expect(log).toContain("No such file or directory");
    }, 90_000);

    it("has what it changed proposed as a pull request", async () => {
      const issue = whole.issue("Greet everybody");
      await whole.label(issue, "coding agent");
      await whole.quiet();
      const run = (await whole.runs()).find(({ automation }) => automation === "agent");
      expect(run).toMatchObject({ state: "succeeded" });
      expect(await headOf(whole.world.bare, run?.branch ?? "")).toBe(run?.pushedSha);
    }, 90_000);
  },
);
