import { afterEach, beforeEach, expect, it } from "@jest/globals";

import { readAt } from "../../demo/repository.ts";
import type { StandInModel } from "../../demo/model/model.ts";
import { startModel } from "../../demo/model/model.ts";
import { baseOf, REAL_KEY } from "../support/agent-room.ts";
import { SANDBOX_PROGRAMS } from "../support/boxes.ts";
import { describeWithAgent, realProgram } from "../support/real-agents.ts";
import { startWhole } from "../support/whole.ts";

const SLOW = 120_000;
const LABEL = "coding agent";

let model: StandInModel;
beforeEach(async () => {
  model = await startModel({ keys: [REAL_KEY] });
});
afterEach(async () => {
  await model[Symbol.asyncDispose]();
});

/** Each forge with another agent. */
const CASES = [
  ["github", "claude-code"],
  ["gitlab", "codex"],
  ["gitea", "opencode"],
] as const;

for (const [forge, name] of CASES) {
  describeWithAgent(name, SANDBOX_PROGRAMS)(`an issue labelled on ${forge}`, () => {
    it(
      `becomes a pull request by ${name}, in the sandbox of a real server`,
      async () => {
        const { pathname } = new URL(baseOf(name, model));
        await using whole = await startWhole({
          forge,
          environment: { MODEL_KEY: REAL_KEY },
          automations: {
            "coding-agent": {
              on: { label: LABEL },
              sandbox: "auto",
              agent: {
                name,
                program: realProgram(name),
                key: "${MODEL_KEY}",
                base_url: `${model.url}${pathname}`,
                model: name === "opencode" ? "anthropic/standin" : "standin",
              },
              check: "test -s docs/hello.md",
            },
          },
        });
        const { world } = whole;
        const issue = world.openIssue({ title: "Say hello", body: "Create `docs/hello.md` with `Hello`" });
        await whole.label(issue, LABEL);
        const run = await whole.over(1);
        expect(run).toMatchObject({
          state: "succeeded",
          agent: name,
          pullRequest: {},
          usage: { requests: 2 },
        });
        expect(await readAt(world.bare, run.branch ?? "", "docs/hello.md")).toBe("Hello\n");
        expect(issue.labels).toEqual([`${LABEL} done`]);
        expect(
          whole
            .statuses(run.pushedSha ?? "")
            .map(({ state }) => state)
            .at(-1),
        ).toBe("success");
        const [comment] = whole.comments(issue);
        expect(comment?.bodies.at(-1)).toContain("Created docs/hello.md as asked.");
        expect(comment?.bodies.at(-1)).toMatch(/Tokens: [\d,]+ in, \d+ out/);
        const written = JSON.stringify([
          ...(await whole.store.log(1, 0)),
          ...whole.servers.flatMap(({ log }) => log),
          comment,
        ]);
        expect(written).not.toContain(REAL_KEY);
      },
      SLOW,
    );
  });
}
