import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { RunRoom } from "../support/run-room.ts";
import { openRunRoom, TOKEN } from "../support/run-room.ts";

let room: RunRoom;
beforeEach(async () => {
  room = await openRunRoom();
});
afterEach(() => room.close());

describe("a run from an issue", () => {
  it("becomes a branch and a pull request", async () => {
    const run = await room.perform({ run: "echo changed >> README.md" });
    expect(run).toMatchObject({ state: "succeeded", branch: "forgehand/automation-1/7-fix-it", exitCode: 0 });
    expect(await room.git("show", "forgehand/automation-1/7-fix-it:README.md")).toBe("hello\nchanged");
    expect(await room.git("rev-parse", "forgehand/automation-1/7-fix-it")).toBe(run.pushedSha);
    const [opened] = room.forge.pullRequests;
    expect(opened).toMatchObject({ title: "Fix it", target: { branch: "main" }, draft: false });
    expect(opened?.body).toContain("Closes #7");
    expect(opened?.body).toContain(`https://bot.example/runs/${run.id}`);
    expect(run.pullRequest).toEqual({ number: opened?.number, url: opened?.url });
  });

  it("shows its token to the git server alone", async () => {
    const run = await room.perform({ run: "env; cat .git/config; git remote -v; cat $FORGEHAND_EVENT_PATH" });
    expect(await room.log(run)).not.toContain(TOKEN);
    expect(room.requests.some(({ user }) => user === "bot")).toBe(true);
  });
});
